/** The dashboard: one page for every address of its own, and the files that the page asks for, as they were built. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { ProblemError } from "@dimmer/protocol";
import { chooseCoding, type ContentCoding } from "../delivery/held-snapshot.ts";
import type { HttpApp } from "../http/open-http.ts";
import { openRaw } from "../http/raw-reply.ts";
import { holdsAlready } from "../http/revisions.ts";

/** Addresses of the dashboard's pages. `apps/dashboard/src/routes.tsx` has the same, and a test holds them together. */
export const PAGES = [
  "/",
  "/account",
  "/device",
  "/invitation",
  "/password-reset",
  "/people",
  "/people/roles",
  "/projects/*",
  "/setup",
  "/sign-in",
] as const;

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  woff2: "font/woff2",
};

/** No script but our files; styles also from the code editor, which writes its own. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const PAGE_HEADERS = {
  "Content-Security-Policy": POLICY,
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
};

interface BuiltFile {
  readonly type: string;
  readonly etag: string;
  encoded(coding: ContentCoding): Promise<Buffer>;
}

export function dashboardRoutes(app: HttpApp, places: readonly URL[] = PLACES): void {
  const files = new Map<string, Promise<BuiltFile>>();
  const page = async (request: FastifyRequest, reply: FastifyReply) => {
    const file = await readOnce(files, places, "index.html");
    await send(request, reply, file, { ...PAGE_HEADERS, "Cache-Control": "no-cache" });
    return reply;
  };
  for (const path of PAGES) {
    app.get(path, { config: { access: "public" }, schema: { hide: true, querystring: z.looseObject({}) } }, page);
  }
  app.get(
    "/assets/:file",
    {
      config: { access: "public" },
      schema: { hide: true, params: z.strictObject({ file: z.string().regex(/^[\w.-]{1,128}$/u) }) },
    },
    async (request, reply) => {
      const file = await readOnce(files, places, `assets/${request.params.file}`);
      // Their names change with what is in them.
      await send(request, reply, file, { "Cache-Control": "public, max-age=31536000, immutable" });
      return reply;
    },
  );
}

/**
 * The page for a browser that somebody leads to an address that is none: it says so itself.
 *
 * Shape:  false where nobody looks at the answer, or where the API lives.
 * Errors: those of a dashboard that was not built.
 */
export function openNotFoundPage(places: readonly URL[] = PLACES) {
  const files = new Map<string, Promise<BuiltFile>>();
  return async (request: FastifyRequest, reply: FastifyReply): Promise<boolean> => {
    const isLookedAt = request.method === "GET" && /\btext\/html\b/u.test(request.headers.accept ?? "");
    if (!isLookedAt || /^\/(?:api|sdk|ofrep)(?:[/?]|$)/u.test(request.url)) return false;
    await send(
      request,
      reply,
      await readOnce(files, places, "index.html"),
      { ...PAGE_HEADERS, "Cache-Control": "no-store" },
      404,
    );
    return true;
  };
}

/** The build puts it beside the command; in the repository it lies where the dashboard was built. */
const PLACES = ["dashboard/", "../../../dashboard/dist/"].map((path) => new URL(path, import.meta.url));

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  file: BuiltFile,
  headers: Readonly<Record<string, string>>,
  status = 200,
) {
  const all = { ...headers, ETag: file.etag, Vary: "Accept-Encoding", "Content-Type": file.type };
  if (status === 200 && holdsAlready(request, file.etag)) {
    openRaw(reply, { status: 304, headers: all }).end();
    return;
  }
  const coding = file.type === TYPES["woff2"] ? "identity" : chooseCoding(request.headers["accept-encoding"]);
  const bytes = await file.encoded(coding);
  const encoding: Record<string, string> = coding === "identity" ? {} : { "Content-Encoding": coding };
  openRaw(reply, { status, headers: { ...all, ...encoding, "Content-Length": bytes.length } }).end(bytes);
}

/** Read when first asked for and kept: a few megabytes in all. */
function readOnce(files: Map<string, Promise<BuiltFile>>, places: readonly URL[], name: string): Promise<BuiltFile> {
  const known = files.get(name) ?? readBuilt(places, name);
  files.set(name, known);
  // What is not there is not remembered, so that no guess fills anything.
  known.catch(() => files.delete(name));
  return known;
}

async function readBuilt(places: readonly URL[], name: string): Promise<BuiltFile> {
  const type = TYPES[name.split(".").at(-1) ?? ""];
  const bytes = type === undefined ? undefined : await readFirst(places.map((place) => new URL(name, place)));
  if (type === undefined || bytes === undefined) throw notBuilt(name);
  const encodings = new Map<ContentCoding, Promise<Buffer>>([["identity", Promise.resolve(bytes)]]);
  return {
    type,
    etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`,
    encoded(coding) {
      const made = encodings.get(coding) ?? compress(coding, bytes);
      encodings.set(coding, made);
      return made;
    },
  };
}

async function readFirst(files: readonly URL[]): Promise<Buffer | undefined> {
  for (const file of files) {
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes !== undefined) return bytes;
  }
  return undefined;
}

const notBuilt = (name: string) =>
  name === "index.html"
    ? new ProblemError("not-found", "The dashboard has not been built. Run `npm run build`.")
    : new ProblemError("not-found", "The dashboard has no such file.");

const compress = (coding: ContentCoding, bytes: Buffer): Promise<Buffer> =>
  coding === "br"
    ? promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
    : promisify(gzip)(bytes, { level: 9 });
