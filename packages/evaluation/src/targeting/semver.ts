/** Semantic versions, 2.0.0 to the letter: strict syntax, precedence, build metadata without weight. */

import { LIMITS } from "../limits.ts";

/**
 * A checked version: the text and where its parts lie. Numbers stay digits, so that none is too big to compare.
 *
 * Shape:  `major` is [0, minorAt - 1), `minor` [minorAt, patchAt - 1), `patch` [patchAt, coreEnd),
 *         the pre-release (coreEnd, end) where coreEnd < end; what follows `end` is build metadata.
 */
export interface Semver {
  readonly text: string;
  readonly minorAt: number;
  readonly patchAt: number;
  readonly coreEnd: number;
  readonly end: number;
}

const DOT = 0x2e;
const HYPHEN = 0x2d;
const PLUS = 0x2b;
const ZERO = 0x30;

/**
 * Reads a version.
 *
 * Shape:  `2.3.0`, `2.3.0-rc.1+build.5` → Semver; `v2.3.0`, `2.3`, `02.3.0` → undefined.
 * Errors: none; at most `LIMITS.semverText` code units.
 * Source: https://semver.org/spec/v2.0.0.html; npm `semver` is the oracle of its test.
 */
export function parseSemver(text: string): Semver | undefined {
  if (text.length > LIMITS.semverText) return undefined;
  const minorAt = afterNumberAndDot(text, 0);
  const patchAt = afterNumberAndDot(text, minorAt);
  const coreEnd = afterNumber(text, patchAt);
  if (coreEnd < 0) return undefined;
  const end = text.charCodeAt(coreEnd) === HYPHEN ? afterIdentifiers(text, coreEnd + 1, true) : coreEnd;
  if (end < 0) return undefined;
  const textEnd = text.charCodeAt(end) === PLUS ? afterIdentifiers(text, end + 1, false) : end;
  return textEnd === text.length ? { text, minorAt, patchAt, coreEnd, end } : undefined;
}

/** Precedence: below 0, 0 or above 0. */
export function compareSemver(a: Semver, b: Semver): number {
  const core =
    compareDigits(a.text, 0, a.minorAt - 1, b.text, 0, b.minorAt - 1) ||
    compareDigits(a.text, a.minorAt, a.patchAt - 1, b.text, b.minorAt, b.patchAt - 1) ||
    compareDigits(a.text, a.patchAt, a.coreEnd, b.text, b.patchAt, b.coreEnd);
  if (core !== 0) return core;
  const aIsRelease = a.coreEnd === a.end;
  const bIsRelease = b.coreEnd === b.end;
  if (aIsRelease || bIsRelease) return Number(aIsRelease) - Number(bIsRelease);
  return comparePrereleases(a.text.slice(a.coreEnd + 1, a.end).split("."), b.text.slice(b.coreEnd + 1, b.end).split("."));
}

/**
 * Precedence of a text against a version.
 *
 * Shape:  below 0, 0, above 0, or NaN where the text is no version, so that every comparison with it is false.
 *         Allocates nothing for a plain `x.y.z`.
 */
export function compareSemverText(text: string, to: Semver): number {
  if (text.length > LIMITS.semverText) return Number.NaN;
  const minorAt = afterNumberAndDot(text, 0);
  const patchAt = afterNumberAndDot(text, minorAt);
  const coreEnd = afterNumber(text, patchAt);
  if (coreEnd < 0) return Number.NaN;
  if (coreEnd < text.length) {
    const semver = parseSemver(text);
    return semver === undefined ? Number.NaN : compareSemver(semver, to);
  }
  return (
    compareDigits(text, 0, minorAt - 1, to.text, 0, to.minorAt - 1) ||
    compareDigits(text, minorAt, patchAt - 1, to.text, to.minorAt, to.patchAt - 1) ||
    compareDigits(text, patchAt, coreEnd, to.text, to.patchAt, to.coreEnd) ||
    Number(to.coreEnd < to.end)
  );
}

/** More than a part of a packed version may be, and the most digits of one. */
const PART = 100_000;
const PART_DIGITS = 5;

/** What is no plain version, or too big to pack. */
export const NOT_PACKED = -1;

/**
 * A plain version as one number that orders as versions do.
 *
 * Shape:  `x.y.z` with parts below 100,000 → an integer below 10^15; `NOT_PACKED` for everything else, versions or not.
 */
export function packSemver(text: string): number {
  let packed = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (digits > 0 && part === 0) return NOT_PACKED;
      part = part * 10 + digit;
      digits++;
    } else {
      if (digit !== DOT - ZERO || digits === 0 || digits > PART_DIGITS) return NOT_PACKED;
      packed = packed * PART + part;
      part = 0;
      digits = 0;
      dots++;
    }
  }
  return dots === 2 && digits > 0 && digits <= PART_DIGITS ? packed * PART + part : NOT_PACKED;
}

/** The index after a number and its dot, -1 where there is none; -1 in gives -1 out. */
function afterNumberAndDot(text: string, from: number): number {
  const end = afterNumber(text, from);
  return end >= 0 && text.charCodeAt(end) === DOT ? end + 1 : -1;
}

/** A number is digits without a leading zero. */
function afterNumber(text: string, from: number): number {
  if (from < 0) return -1;
  let at = from;
  while (isDigit(text.charCodeAt(at))) at++;
  if (at === from) return -1;
  return text.charCodeAt(from) === ZERO && at > from + 1 ? -1 : at;
}

/** Identifiers are dot-separated and never empty; in a pre-release a numeric one has no leading zero. */
function afterIdentifiers(text: string, from: number, refuseLeadingZero: boolean): number {
  let at = from;
  for (;;) {
    const start = at;
    let isNumeric = true;
    while (isIdentifierCode(text.charCodeAt(at))) {
      if (!isDigit(text.charCodeAt(at))) isNumeric = false;
      at++;
    }
    if (at === start) return -1;
    if (refuseLeadingZero && isNumeric && at > start + 1 && text.charCodeAt(start) === ZERO) return -1;
    if (text.charCodeAt(at) !== DOT) return at;
    at++;
  }
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= 0x39;
}

function isIdentifierCode(code: number): boolean {
  return isDigit(code) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === HYPHEN;
}

/** Without leading zeros the longer number is the bigger one, and of equally long ones the order is that of the text. */
function compareDigits(a: string, aFrom: number, aEnd: number, b: string, bFrom: number, bEnd: number): number {
  const longer = aEnd - aFrom - (bEnd - bFrom);
  if (longer !== 0) return longer;
  for (let at = 0; aFrom + at < aEnd; at++) {
    const difference = a.charCodeAt(aFrom + at) - b.charCodeAt(bFrom + at);
    if (difference !== 0) return difference;
  }
  return 0;
}

function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  for (const [index, identifier] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order = compareIdentifiers(identifier, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numeric identifiers by number and below all others; the rest by ASCII. */
function compareIdentifiers(a: string, b: string): number {
  const aIsNumeric = isNumeric(a);
  if (aIsNumeric !== isNumeric(b)) return aIsNumeric ? -1 : 1;
  if (aIsNumeric) return compareDigits(a, 0, a.length, b, 0, b.length);
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isNumeric(identifier: string): boolean {
  for (let at = 0; at < identifier.length; at++) if (!isDigit(identifier.charCodeAt(at))) return false;
  return true;
}
