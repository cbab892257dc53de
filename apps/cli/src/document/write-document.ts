/** Writes documents as YAML: blocks for people, one line for what nobody reads. */

import { Document, isCollection, isScalar, visit } from "yaml";

/** Text such as off or 1.0 is quoted where an older YAML would read it as something else. */
const STYLE = { lineWidth: 0, minContentWidth: 0 } as const;
const SCHEMA = { compat: "yaml-1.1" } as const;

/** YAML 1.1 knows a lone equals sign as its own type, which the library does not. */
function quoteEqualsSigns(document: Document): void {
  visit(document, {
    Scalar: (_, scalar) => {
      if (scalar.value === "=") scalar.type = "QUOTE_DOUBLE";
    },
  });
}

/** A whole document; stored splits take one line each, so that a diff of one is one line. */
export function writeYaml(data: unknown): string {
  const document = new Document(data, SCHEMA);
  quoteEqualsSigns(document);
  visit(document, {
    Pair: (_, pair) => {
      if (isScalar(pair.key) && pair.key.value === "stored" && isCollection(pair.value)) pair.value.flow = true;
    },
  });
  return document.toString(STYLE);
}

/** One value on one line. */
export function writeFlow(value: unknown): string {
  const document = new Document(value, SCHEMA);
  quoteEqualsSigns(document);
  if (isCollection(document.contents)) document.contents.flow = true;
  return document.toString(STYLE).trimEnd();
}
