/** Reads a flag document from YAML or JSON and keeps where everything stands, for code frames. */

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type FlagDocument, type Issue, parseDocument } from "@dimmer/evaluation";
import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  parseDocument as parseYaml,
} from "yaml";
import { EXIT } from "../exit-codes.ts";
import { Failure, notFound } from "../failure.ts";
import { isErrnoException } from "../io.ts";

/** Bytes of a document file. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** One-based, as editors count. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface SourceText {
  /** As the user named it. */
  readonly file: string;
  readonly text: string;
  /** The parsed YAML, comments and all. */
  readonly yaml: Document.Parsed;
  /** Plain data; undefined where the syntax is broken. */
  readonly data: unknown;
  readonly issues: readonly Issue[];
  /** Where a JSON Pointer stands, or its nearest parent that exists. */
  place(pointer: string): Place;
}

export async function readSource(cwd: string, file: string): Promise<SourceText> {
  return parseSource(file, await readText(cwd, file, "`dimmer init` writes a starter dimmer.yaml."));
}

/** `mend` is what helps where the file is not there. */
export async function readText(
  cwd: string,
  file: string,
  mend = "Check its name, and the folder that you are in.",
): Promise<string> {
  try {
    const bytes = await readFile(resolve(cwd, file));
    if (bytes.byteLength > MAX_FILE_BYTES) throw new Failure(EXIT.failed, `${file} is larger than ${MAX_FILE_BYTES} bytes.`);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    if (isErrnoException(cause) && cause.code === "ENOENT") throw notFound(`There is no file ${file}.`, mend);
    const why = cause instanceof TypeError ? "it is not UTF-8 text" : cause instanceof Error ? cause.message : String(cause);
    throw new Failure(EXIT.failed, `${file} cannot be read: ${why}.`, { cause });
  }
}

/** YAML 1.2, of which JSON is a part. */
export function parseSource(file: string, text: string): SourceText {
  const lines = new LineCounter();
  const yaml = parseYaml(text, { lineCounter: lines, prettyErrors: false, version: "1.2" });
  const syntax = [...yaml.errors, ...yaml.warnings].map((error) => ({
    offset: error.pos[0],
    issue: syntaxIssue(error.code, error.message, error.name === "YAMLWarning" ? "warning" : "error"),
  }));
  const read = yaml.errors.length > 0 ? { data: undefined, issues: [] } : readData(yaml);
  const toPlace = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  return {
    file,
    text,
    yaml,
    data: read.data,
    issues: [...syntax.map(({ issue }) => issue), ...read.issues],
    place: (pointer) => toPlace(yaml.errors.length > 0 ? (syntax[0]?.offset ?? 0) : offsetOf(yaml, splitPointer(pointer))),
  };
}

/** The document of a text without a single error; `consequence` says what is not done otherwise. */
export function requireDocument(source: SourceText, consequence: string): FlagDocument {
  const { value, issues } = source.data === undefined ? { value: undefined, issues: source.issues } : parseDocument(source.data);
  const errors = issues.filter(({ severity }) => severity === "error");
  if (value !== undefined && errors.length === 0) return value;
  throw new Failure(EXIT.failed, `${source.file} is not valid, ${consequence}.`, { issues: errors, source });
}

/** Aliases are resolved here, and a bomb of them is refused by the library. */
function readData(yaml: Document.Parsed): Pick<SourceText, "data" | "issues"> {
  try {
    return { data: yaml.toJS(), issues: [] };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return { data: undefined, issues: [syntaxIssue("TOO_MANY_ALIASES", message, "error")] };
  }
}

function syntaxIssue(code: string, message: string, severity: Issue["severity"]): Issue {
  const mend = code === "DUPLICATE_KEY" ? "Keep one of the two entries." : "Mend the YAML (or JSON) at this place.";
  return { path: "", code: `syntax-${code.toLowerCase().replaceAll("_", "-")}`, message, mend, severity };
}

/** RFC 6901. */
export function splitPointer(pointer: string): string[] {
  if (pointer === "") return [];
  return pointer
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** A scalar's own place, but the key's where the value is a block of lines below it. */
function offsetOf(yaml: Document.Parsed, path: readonly string[]): number {
  let node: unknown = yaml.contents;
  let offset = startOf(yaml.contents) ?? 0;
  for (const step of path) {
    const found = stepInto(node, step);
    if (found === undefined) return offset;
    offset = (isScalar(found.value) ? startOf(found.value) : undefined) ?? found.offset ?? offset;
    node = found.value;
  }
  return offset;
}

function stepInto(node: unknown, step: string): { value: unknown; offset: number | undefined } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isPair(item) && String(isScalar(item.key) ? item.key.value : item.key) === step);
    return pair === undefined ? undefined : { value: pair.value, offset: startOf(pair.key) };
  }
  if (!isCollection(node) || !/^\d+$/u.test(step)) return undefined;
  const item: unknown = node.items[Number(step)];
  return item === undefined ? undefined : { value: item, offset: startOf(item) };
}

const startOf = (node: unknown): number | undefined => (isNode(node) ? (node as Node).range?.[0] : undefined);
