/** The version of this SDK, literal because it may be bundled away from its package.json; a test holds the two together. */

export const VERSION = "0.0.0";
