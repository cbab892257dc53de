/** The version of this server, literal because it is bundled away from its package.json; a test holds the two together. */

export const VERSION = "0.0.0";
