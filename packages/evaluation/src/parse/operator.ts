/** Checks what one attribute must satisfy: a value, a list of values, or operators with their literals. */

import { OPERATORS } from "../flag.ts";
import { LIMITS } from "../limits.ts";
import { parseCidr } from "../targeting/cidr.ts";
import { instantOf } from "../targeting/instant.ts";
import { compilePattern, weightOfPatterns } from "../targeting/pattern.ts";
import { parseSemver } from "../targeting/semver.ts";
import { nearestWord } from "./nearest.ts";
import { type Check, isFull, quote, raise, type Spot, within } from "./report.ts";
import { checkList, checkObject, checkTruth, isObject, refuseType } from "./shape.ts";

const LIST = { min: 1, max: LIMITS.listEntries };

/** Checks an attribute's test; `path` names the attribute for the mends. */
export function checkAttributeTest(value: unknown, at: Spot, attribute: string): void {
  if (Array.isArray(value)) checkList(value, at, "a list of values", LIST, checkScalar);
  else if (isObject(value)) checkOperators(value, at, attribute);
  else checkScalar(value, at);
}

function checkOperators(value: Readonly<Record<string, unknown>>, at: Spot, attribute: string): void {
  const names = Object.keys(value);
  if (names.length === 0)
    raise(at, "empty-tree", "an attribute without operators says nothing", "add an operator, such as `exists: true`");
  for (const name of names) {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
    if (check === undefined) refuseOperator(name, within(at, name), attribute);
    else check(value[name], within(at, name));
  }
}

function refuseOperator(name: string, at: Spot, attribute: string): void {
  const nearest = isFull(at.report) ? undefined : nearestWord(name, OPERATORS);
  const path = `for a nested attribute write its path, ${quote(`${attribute}.${name}`)}`;
  const mend = nearest === undefined ? `use one of: ${OPERATORS.join(", ")}; ${path}` : `did you mean \`${nearest}\`? ${path}`;
  raise(at, "unknown-operator", `there is no operator ${quote(name)}`, mend);
}

const checkScalar: Check = (value, at) => {
  if (value === null)
    raise(at, "null-literal", "null means that an attribute is missing, so nothing equals it", "write `exists: false`");
  else if (typeof value === "number" ? !Number.isFinite(value) : typeof value !== "string" && typeof value !== "boolean") {
    refuseType(value, at, "a value to compare with", "a text, a number, true or false");
  }
};

const checkFinite: Check = (value, at) => {
  if (typeof value !== "number" || !Number.isFinite(value)) refuseType(value, at, "a number to compare with", "a number");
};

const checkInstant: Check = (value, at) => {
  if (typeof value !== "string") checkFinite(value, at);
  else if (Number.isNaN(instantOf(value))) {
    raise(
      at,
      "bad-instant",
      `${quote(value)} is no point in time`,
      "write it with time and zone, such as `2027-03-01T09:00:00Z`, or as epoch milliseconds",
    );
  }
};

const checkPattern = (value: string, at: Spot): void => {
  if (!mayCompile(value, at)) return;
  const compiled = compilePattern(value);
  if ("pattern" in compiled) return;
  raise(
    at,
    "bad-pattern",
    `the pattern ${quote(value)} is refused: ${compiled.problem}`,
    "use RE2 syntax, without look-around and back-references, and short repeats",
  );
};

/** The pattern that is too many is reported, and those behind it are not even compiled. */
function mayCompile(value: string, at: Spot): boolean {
  const { report } = at;
  const before = report.patternWeight;
  report.patternWeight += weightOfPatterns(value);
  // A pattern too heavy by itself is a bad one, wherever it stands.
  if (report.patternWeight <= LIMITS.patternWeight || before === 0) return true;
  if (before <= LIMITS.patternWeight) {
    raise(
      at,
      "too-many-patterns",
      `the patterns of one environment weigh at most ${LIMITS.patternWeight} together: one each, and one more for each Unicode class or range beyond ASCII in them (twelve under \`(?i)\`)`,
      "list texts with `in`, `startsWith`, `endsWith` or `contains`, or move some patterns into a segment",
    );
  }
  return false;
}

const checkCidr = (value: string, at: Spot): void => {
  if (parseCidr(value) !== undefined) return;
  const mend =
    "write the network and its prefix length, with no bits set behind it, such as `10.0.0.0/8`, `192.0.2.7/32` or `2001:db8::/32`";
  raise(at, "bad-cidr", `${quote(value)} is no network`, mend);
};

const checkVersion: Check = (value, at) => {
  if (typeof value !== "string") refuseType(value, at, "a version", "a text");
  else if (parseSemver(value) === undefined) {
    raise(at, "bad-semver", `${quote(value)} is no semantic version`, "write all three numbers and no `v`, such as `2.3.0`");
  }
};

/** One text, or a list of which any may hold. */
function oneOrMore(checkEntry: (value: string, at: Spot) => void): Check {
  const entry: Check = (value, at) =>
    typeof value === "string" ? checkEntry(value, at) : refuseType(value, at, "an entry", "a text");
  return (value, at) => {
    if (Array.isArray(value)) checkList(value, at, "a list of texts", LIST, entry);
    else if (typeof value === "string") checkEntry(value, at);
    else refuseType(value, at, "a text to compare with", "a text or a list of texts");
  };
}

const checkSemver: Check = (value, at) => {
  if (!checkObject(value, at, "semver")) return;
  const names = Object.keys(value);
  if (names.length === 0) raise(at, "empty-tree", "semver without operators says nothing", "add one, such as `gte: 2.3.0`");
  for (const name of names) {
    if (SEMVER_OPERATORS.includes(name)) checkVersion(value[name], within(at, name));
    else
      raise(
        within(at, name),
        "unknown-operator",
        `semver has no operator ${quote(name)}`,
        `use one of: ${SEMVER_OPERATORS.join(", ")}`,
      );
  }
};

const SEMVER_OPERATORS: readonly string[] = ["eq", "gt", "gte", "lt", "lte"];

const checkAnyText = oneOrMore(() => {});

const CHECKS: Readonly<Record<string, Check>> = {
  eq: checkScalar,
  in: (value, at) => checkList(value, at, "in", LIST, checkScalar),
  contains: checkAnyText,
  startsWith: checkAnyText,
  endsWith: checkAnyText,
  matches: oneOrMore(checkPattern),
  gt: checkFinite,
  gte: checkFinite,
  lt: checkFinite,
  lte: checkFinite,
  before: checkInstant,
  after: checkInstant,
  semver: checkSemver,
  cidr: oneOrMore(checkCidr),
  exists: (value, at) => checkTruth(value, at, "exists"),
};
