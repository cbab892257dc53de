/** Whether two names are of one model: clouds spell it their way, and answer with the dated name of what was asked for. */

/**
 * Shape:  `answered` is what was asked for, or that with a date, a revision or a version behind it. Names of Bedrock (region and vendor
 *         before, `-v1:0` behind), of Vertex (`@20250514`, a path before) and of Azure (`gpt-35`) are those of the vendor. Anything else
 *         behind a name makes another model: `gpt-4o-mini` is no `gpt-4o`. So does another date than the one that was asked for.
 * Errors: none. A name that somebody made up, of a deployment say, tells nothing, and is another.
 * Source: ADR-0045, decision 3.
 */
export function isNameOf(asked: string, answered: string): boolean {
  if (isDated(asked, answered)) return true;
  // Whose model it is stands before the name in both.
  if (asked.includes("/") && answered.includes("/")) return false;
  const [name, other] = [plainName(asked), plainName(answered)];
  return isDated(name, other) || (!VERSION.test(other) && isDated(name.replace(VERSION, ""), other));
}

const isDated = (asked: string, answered: string): boolean => {
  const name = asked.replace(MOVING, "");
  return answered === asked || (answered.startsWith(name) && BEHIND.test(answered.slice(name.length)));
};

/** A name that its vendor moves on, of which the answer has the dated form. */
const MOVING = /[-@](?:latest|default)$/u;

/** `-2024-08-06`, `-20250514`, `-08-2024`, `-05-06`, `-0613`, `-002`, `-latest`, and `-v1:0` after it or alone. */
const BEHIND = /^(?:[-@](?:20\d\d-\d\d-\d\d|20\d{6}|\d\d-20\d\d|\d\d-\d\d|\d{3,4}|latest|default))?(?:-v\d+(?::\d+)?)?$/u;

/** Of a model on Bedrock; its vendor's own name is without. */
const VERSION = /-v\d+:\d+$/u;

/** The vendor's name in a cloud's. */
function plainName(name: string): string {
  return name
    .slice(name.lastIndexOf("/") + 1)
    .replace(/^(?:[a-z-]+\.)?[a-z\d]+\.(?=[a-z])/u, "")
    .replace("@", "-")
    .replace(/^gpt-35-/u, "gpt-3.5-");
}
