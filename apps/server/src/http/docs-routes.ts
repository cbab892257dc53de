/** `/docs`: the API's description as a page to read and try, from files of our own and with nothing from elsewhere. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { z } from "zod";
import { ProblemError } from "@dimmer/protocol";
import type { HttpApp } from "./open-http.ts";
import { openRaw } from "./raw-reply.ts";

/** Files of Swagger UI by name, as they lie in its package. */
const PACKAGE_FILES: Readonly<Record<string, string>> = {
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "swagger-ui.css": "text/css; charset=utf-8",
};

/** Relative addresses, so that it also works behind a path. */
const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Dimmer API</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" href="data:,">
<div id="docs"></div>
<noscript>This page needs JavaScript; <a href="openapi.json">openapi.json</a> is the same for programs.</noscript>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</html>
`;

/** No server that checks descriptions elsewhere, and no key kept after the page is closed. */
const START = `SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  docExpansion: "list",
  displayOperationId: true,
  validatorUrl: null,
  persistAuthorization: false,
});
`;

/** Swagger UI writes styles and inline images; scripts and connections are this server's alone. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  "Cache-Control": "no-cache",
  "Content-Security-Policy": POLICY,
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
};

export function docsRoutes(app: HttpApp): void {
  const response = (type: string) => ({ 200: { description: "As asked.", content: { [type]: { schema: z.string() } } } });
  app.get(
    "/docs",
    {
      config: { access: "public" },
      schema: {
        operationId: "readDocs",
        summary: "This description as a page",
        tags: ["operations"],
        response: response("text/html"),
      },
    },
    async (_request, reply) => {
      openRaw(reply, { status: 200, headers: { ...HEADERS, "Content-Type": "text/html; charset=utf-8" } }).end(PAGE);
      return reply;
    },
  );

  const files = new Map<string, Promise<Buffer>>();
  app.get(
    "/docs/:file",
    {
      config: { access: "public" },
      schema: {
        operationId: "getDocsFile",
        summary: "A script or style of that page",
        tags: ["operations"],
        params: z.strictObject({ file: z.string().min(1).max(64) }),
        response: response("text/javascript"),
      },
    },
    async (request, reply) => {
      const { file } = request.params;
      const type = file === "start.js" ? PACKAGE_FILES["swagger-ui-bundle.js"] : ownEntry(PACKAGE_FILES, file);
      if (type === undefined) throw new ProblemError("not-found", "The page has no such file.");
      const bytes = file === "start.js" ? Buffer.from(START) : await readOnce(files, file);
      openRaw(reply, { status: 200, headers: { ...HEADERS, "Content-Type": type, "Content-Length": bytes.length } }).end(bytes);
      return reply;
    },
  );
}

const ownEntry = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** Read when first asked for and kept: two files, two megabytes. */
function readOnce(files: Map<string, Promise<Buffer>>, name: string): Promise<Buffer> {
  const known = files.get(name) ?? readPackageFile(name);
  files.set(name, known);
  // A file that could not be read is tried again.
  known.catch(() => files.delete(name));
  return known;
}

/** The build copies them beside the bundle; from source they come out of the package. */
async function readPackageFile(name: string): Promise<Buffer> {
  try {
    return await readFile(new URL(`docs/${name}`, import.meta.url));
  } catch {
    return await readFile(createRequire(import.meta.url).resolve(`swagger-ui-dist/${name}`));
  }
}
