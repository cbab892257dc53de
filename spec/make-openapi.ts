/** Writes what the server's routes say of themselves to `spec/openapi.yaml`, and the document's parts into the server. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { stringify } from "yaml";
import { openApiOf, startServer } from "@dimmer/server";

const at = (path: string) => new URL(`../${path}`, import.meta.url);
const PARTS = at("apps/server/src/http/document-schemas.ts");
const SCHEMA = at("spec/flag-document.schema.json");

/** `$defs` of a JSON Schema are components of OpenAPI. */
export function componentsOf(schema: { readonly $defs?: Readonly<Record<string, unknown>> }): Readonly<Record<string, unknown>> {
  const { $defs = {}, ...root } = schema;
  const { $schema: _, $id: __, ...document } = root as Record<string, unknown>;
  return JSON.parse(
    JSON.stringify({ ...$defs, FlagDocument: document }).replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as Record<string, unknown>;
}

export function writeParts(components: Readonly<Record<string, unknown>>): string {
  return `/** The flag document's parts as OpenAPI components. Written by \`spec/make-openapi.ts\` from \`spec/flag-document.schema.json\`. */

// One line, as it is only ever read by a program; the readable form is the schema itself.
export const DOCUMENT_SCHEMAS = JSON.parse(
  ${JSON.stringify(JSON.stringify(components))},
) as Readonly<Record<string, unknown>>;
`;
}

/** JSON-compatible YAML: no anchors, no folded lines, so that it diffs line by line. */
export const writeYaml = (document: object) =>
  `# Written by \`npx tsx --conditions=dimmer-source spec/make-openapi.ts\` from the routes of apps/server.\n${stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 })}`;

async function main(): Promise<void> {
  if (existsSync(SCHEMA) && !process.argv.includes("--document-only")) {
    writeFileSync(PARTS, writeParts(componentsOf(JSON.parse(readFileSync(SCHEMA, "utf8")))));
    execFileSync("npx", ["oxfmt", PARTS.pathname], { stdio: "ignore" });
    // The parts are a module of the server, which is loaded already: another process sees the new ones.
    execFileSync(process.execPath, [...process.execArgv, ...process.argv.slice(1), "--document-only"], { stdio: "inherit" });
    return;
  }
  const server = await startServer({ port: 0, dataDir: ":memory:", logLevel: "silent" });
  writeFileSync(at("spec/openapi.yaml"), writeYaml(openApiOf(server.app)));
  await server.close();
}

if (process.argv[1] !== undefined && import.meta.url === new URL(process.argv[1], "file:").href) await main();
