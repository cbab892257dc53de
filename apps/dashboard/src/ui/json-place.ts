/** Where in a JSON text a JSON Pointer leads. */

import { jsonLanguage } from "@codemirror/lang-json";

export interface TextRange {
  readonly from: number;
  readonly to: number;
}

type SyntaxNode = ReturnType<typeof jsonLanguage.parser.parse>["topNode"];

/** Shape: the deepest place on the way that is there; the whole text where none is. */
export function placeInJson(text: string, pointer: string): TextRange {
  const names = pointer.split("/").slice(1).map(unescape);
  let node = jsonLanguage.parser.parse(text).topNode.firstChild;
  for (const name of names) {
    const next = node === null ? null : childOf(text, node, name);
    if (next === null) break;
    node = next;
  }
  return node === null ? { from: 0, to: text.length } : { from: node.from, to: node.to };
}

const unescape = (segment: string): string => segment.replaceAll("~1", "/").replaceAll("~0", "~");

function childOf(text: string, node: SyntaxNode, name: string): SyntaxNode | null {
  if (node.name === "Array") return childrenOf(node)[Number(name)] ?? null;
  if (node.name !== "Object") return null;
  const property = node.getChildren("Property").find((one) => {
    const key = one.getChild("PropertyName");
    return key !== null && nameIn(text.slice(key.from, key.to)) === name;
  });
  return property?.lastChild ?? null;
}

/** Brackets and commas are no children. */
function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (/^[A-Z]/u.test(child.name)) children.push(child);
  return children;
}

function nameIn(literal: string): unknown {
  try {
    return JSON.parse(literal);
  } catch {
    return undefined;
  }
}
