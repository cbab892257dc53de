/** Changes one serve inside the text of a document: every other character, comments and alignment included, stays. */

import { isDeepStrictEqual } from "node:util";
import type { ServeSplit, StoredSplit } from "@dimmer/evaluation";
import { isAlias, isCollection, isMap, isPair, isScalar, type Node, type Pair, type YAMLMap } from "yaml";
import { EXIT } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import { writeFlow } from "./write-document.ts";
import { parseSource, type SourceText } from "./read-document.ts";

type Served = ServeSplit & { readonly stored: StoredSplit };
type Path = readonly (string | number)[];

/** A piece of the text and what takes its place. */
interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * Shape:  the text with the serve's percentages and stored ranges replaced, or with the whole serve where it was no split.
 * Errors: a failure where the edited text would not read as what was meant (a serve shared through an alias); nothing is written then.
 */
export function editServe(source: SourceText, path: Path, next: Served): string {
  const serve = source.yaml.getIn(path, true);
  const isJson = isJsonText(source.text);
  const splices = isMap(serve) ? spliceServe(serve, source.text, next, isJson) : [];
  const text = [...splices].sort((a, b) => b.from - a.from).reduce(applySplice, source.text);
  const wanted = replaceAt(
    source.data,
    path,
    isMap(serve) && serve.has("split") ? { ...valueAt(source.data, path), ...next } : servedOf(next),
  );
  if (isDeepStrictEqual(parseSource(source.file, text).data, wanted)) return text;
  throw new Failure(EXIT.failed, `${source.file} cannot be edited in place at /${path.join("/")}.`, {
    mend: "Write the serve out where it is used, without an alias.",
  });
}

function spliceServe(serve: YAMLMap, text: string, next: Served, isJson: boolean): Splice[] {
  const split = pairOf(serve, "split");
  if (split === undefined || !isMap(split.value)) return [replaceNode(serve, write(servedOf(next), isJson))];
  const shares = split.value;
  const percents = Object.entries(next.split).flatMap(([variant, percent]) => {
    const share = pairOf(shares, variant)?.value;
    return isScalar(share) && share.value !== percent ? [replaceNode(share, String(percent))] : [];
  });
  return [...percents, spliceStored(serve, shares, text, write(next.stored, isJson), isJson)];
}

/** Replaced where there is one, else put behind the split: on its line in a flow map, below it in a block. */
function spliceStored(serve: YAMLMap, shares: YAMLMap, text: string, stored: string, isJson: boolean): Splice {
  const present = pairOf(serve, "stored")?.value;
  if (isNodeWithRange(present)) return replaceNode(present, stored);
  const end = endOf(shares);
  if (serve.flow === true) return { from: end, to: end, text: isJson ? `, "stored": ${stored}` : `, stored: ${stored}` };
  const lineEnd = text.indexOf("\n", end);
  const at = lineEnd < 0 ? text.length : lineEnd;
  return { from: at, to: at, text: `\n${" ".repeat(columnOf(serve, text))}stored: ${stored}` };
}

/** A new split has nothing but its percentages and where they lie. */
const servedOf = ({ split, stored }: Served): object => ({ split, stored });

const write = (value: object, isJson: boolean): string => (isJson ? JSON.stringify(value) : writeFlow(value));

const replaceNode = (node: Node, text: string): Splice => ({ from: node.range?.[0] ?? 0, to: endOf(node), text });

const applySplice = (text: string, { from, to, text: inserted }: Splice): string =>
  text.slice(0, from) + inserted + text.slice(to);

/** Where a node's last character stands; a block's own range runs on to the end of its last line. */
function endOf(node: Node): number {
  const last = isCollection(node) && node.flow !== true ? node.items.at(-1) : undefined;
  const inner = isPair(last) ? (last.value ?? last.key) : last;
  return isNodeWithRange(inner) ? endOf(inner) : (node.range?.[1] ?? 0);
}

/** Columns before a block's keys. */
function columnOf(serve: YAMLMap, text: string): number {
  const start = serve.range?.[0] ?? 0;
  return start - (text.lastIndexOf("\n", start - 1) + 1);
}

const pairOf = (map: YAMLMap, key: string): Pair | undefined =>
  map.items.find((item) => String(isScalar(item.key) ? item.key.value : item.key) === key);

const isNodeWithRange = (value: unknown): value is Node => isScalar(value) || isCollection(value) || isAlias(value);

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function valueAt(data: unknown, path: Path): object {
  const value = path.reduce<unknown>(
    (at, step) => (typeof at === "object" && at !== null ? Reflect.get(at, step) : undefined),
    data,
  );
  return typeof value === "object" && value !== null ? value : {};
}

/** The data with one place replaced; the places along the path are copied. */
function replaceAt(data: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(data)) return data.map((item: unknown, at) => (at === step ? replaceAt(item, rest, value) : item));
  return { ...(data as object), [step]: replaceAt(Reflect.get(data as object, step), rest, value) };
}
