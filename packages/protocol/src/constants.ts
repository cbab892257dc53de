/** Paths and bounds that pages in a browser name too: they stand apart from the schemas, so that no page loads zod for them. */

/** Where a kill link leads; its secret follows. */
export const LINKS_PATH = "/links/";

/** Approvals that an environment can ask for. */
export const REVIEW_APPROVALS_MAX = 10;
