/** Reads a request body as JSON, and refuses what a parser would quietly change or what could hurt the process later. */

import { isUtf8 } from "node:buffer";
import { ProblemError } from "@dimmer/protocol";
import { HTTP_LIMITS } from "./limits.ts";

/**
 * `exact` also refuses duplicate names, numbers that a double cannot hold, NUL and lone surrogates: what is stored must be
 * what was sent. An evaluation context is only looked at, so there `tolerant` will do.
 */
export type JsonRigour = "exact" | "tolerant";

export function readJson(bytes: Uint8Array, rigour: JsonRigour): unknown {
  if (!isUtf8(bytes)) throw refusal("The body is not UTF-8.");
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    throw refusal("The body starts with a byte order mark; leave it out.");
  // Before parsing: V8 parses 100,000 levels and then cannot stringify, compare or validate them.
  const names = countNames(bytes, HTTP_LIMITS.jsonDepth);
  if (names === undefined) {
    throw new ProblemError("body-too-deep", `JSON may be nested ${HTTP_LIMITS.jsonDepth} levels deep.`);
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  const value = parse(text);
  const fault = rigour === "exact" && !isPlainlyExact(text, value, names) ? findInexact(text) : undefined;
  if (fault !== undefined) throw refusal(fault);
  return value;
}

const refusal = (detail: string) => new ProblemError("invalid-request", detail);

/** V8's own message quotes the body; only the position is passed on. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const position = /position (\d+)/u.exec(cause instanceof Error ? cause.message : "")?.[1];
    const where = position === undefined ? "" : ` (at character ${position})`;
    throw new ProblemError("invalid-request", `The body is not JSON${where}.`, { cause });
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The names of its objects, or undefined where it is nested deeper: colons and brackets outside strings, of any bytes, JSON or not. */
export function countNames(bytes: Uint8Array, depthLimit: number): number | undefined {
  let depth = 0;
  let names = 0;
  let isString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (isString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) isString = false;
    } else if (byte === QUOTE) isString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > depthLimit) return undefined;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
    else if (byte === 0x3a) names++;
  }
  return names;
}

/**
 * Whether the value alone shows that nothing was lost, as for almost every body: it holds every name that was written, no number beyond
 * those that are all exact, and no character was written as its number. Only where it does not is the text itself walked.
 */
const isPlainlyExact = (text: string, value: unknown, names: number): boolean =>
  namesIn(value) === names && !text.includes("\\u");

/** No number where it holds one that may be rounded, or a name that no resource can have. */
function namesIn(value: unknown): number {
  if (typeof value === "number") return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? 0 : Number.NaN;
  if (typeof value !== "object" || value === null) return 0;
  let names = 0;
  if (Array.isArray(value)) for (const item of value) names += namesIn(item);
  else {
    for (const name of Object.keys(value)) {
      if (name === "__proto__") return Number.NaN;
      names += 1 + namesIn(Reflect.get(value, name));
    }
  }
  return names;
}

/** Walks a text that is known to be JSON and names the first thing that would not survive parsing. */
export function findInexact(text: string): string | undefined {
  const objects: (Set<string> | undefined)[] = [];
  let expectsName = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "{" || char === "[") {
      objects.push(char === "{" ? new Set() : undefined);
      expectsName = char === "{";
    } else if (char === "}" || char === "]") objects.pop();
    else if (char === ",") expectsName = objects.at(-1) !== undefined;
    else if (char === '"') {
      const end = endOfString(text, at);
      const fault = findStringFault(text.slice(at, end + 1), expectsName ? objects.at(-1) : undefined);
      if (fault !== undefined) return fault;
      expectsName = false;
      at = end;
    } else if (char === "-" || (char >= "0" && char <= "9")) {
      const literal = NUMBER.exec(text.slice(at, at + MAX_LITERAL))?.[0] ?? char;
      if (!isExactNumber(literal)) return "The body holds a number that a double cannot hold exactly; write it as a string.";
      at += literal.length - 1;
    }
  }
  return undefined;
}

const NUMBER = /^-?[0-9.eE+-]+/u;
/** Longer literals are no number that anybody means. */
const MAX_LITERAL = 400;

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

/** Only escapes can write NUL or half a surrogate pair, as the bytes are UTF-8 and raw control characters are no JSON. */
function findStringFault(literal: string, names: Set<string> | undefined): string | undefined {
  const isEscaped = literal.includes("\\");
  const content = isEscaped ? String(JSON.parse(literal)) : literal.slice(1, -1);
  if (isEscaped && (content.includes("\0") || /\p{Surrogate}/u.test(content))) {
    return "The body holds a NUL character or half a surrogate pair.";
  }
  if (names === undefined) return undefined;
  if (content === "__proto__") return "The body holds the name `__proto__`, which no resource can have.";
  if (names.has(content)) return "The body has one name twice in the same object; which one counts would be a guess.";
  names.add(content);
  return undefined;
}

function isExactNumber(literal: string): boolean {
  const value = Number(literal);
  if (!Number.isFinite(value)) return false;
  if (Number.isSafeInteger(value) || !/^-?\d+$/u.test(literal)) return true;
  return BigInt(literal) === BigInt(value);
}
