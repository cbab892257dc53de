/** The API's own description, OpenAPI 3.1, made from the routes themselves. */

import swagger from "@fastify/swagger";
import type { RouteOptions } from "fastify";
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from "fastify-type-provider-zod";
import { z } from "zod";
import { PROBLEMS, type ProblemCode } from "@dimmer/protocol";
import type { Access } from "./access.ts";
import { DOCUMENT_SCHEMAS } from "./document-schemas.ts";
import type { HttpApp } from "./open-http.ts";
import { PROBLEM_TYPE } from "./problems.ts";
import { ProblemView } from "./views.ts";

/** A schema or any part of it, as JSON. */
type Json = { [name: string]: unknown };

const TAGS = [
  ["sdk", "What SDKs fetch with a server key."],
  ["ofrep", "OpenFeature Remote Evaluation Protocol."],
  ["projects", "Projects."],
  ["environments", "Environments of a project."],
  ["flags", "Flags: defined once per project, configured per environment."],
  ["segments", "Named groups of people that rules refer to."],
  ["changes", "Everything that was edited, and the way to edit several things at once."],
  ["keys", "Admin tokens, server keys and browser keys."],
  ["audit", "Who did what, in a chain that shows tampering."],
  ["operations", "For whoever runs the server."],
] as const;

/** Must run before any route is added. */
export async function describeApi(app: HttpApp): Promise<void> {
  app.addHook("onRoute", completeSchema);
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Dimmer",
        description: "An open-source control plane for AI features. Refusals are RFC 9457 problem details.",
        version: "1",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      tags: TAGS.map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          adminToken: { type: "http", scheme: "bearer", description: "An admin token, for a project or the whole installation." },
          serverKey: { type: "http", scheme: "bearer", description: "A server key, for one environment." },
          serverKeyHeader: {
            type: "apiKey",
            in: "header",
            name: "X-API-Key",
            description: "The same server key, in the other header.",
          },
        },
      },
    },
    transform: (route) => nameWildcard(transformRoute(route), route.route),
    transformObject: (document) => describeParts(transformDocument(document) as Json) as never,
  });
  app.get(
    "/openapi.json",
    {
      config: { access: "public" },
      schema: {
        operationId: "getOpenApi",
        summary: "This description",
        tags: ["operations"],
        response: { 200: z.looseObject({ openapi: z.string() }) },
      },
    },
    async (_request, reply) => reply.header("Cache-Control", "no-cache").send(openApiOf(app)),
  );
}

/** The finished document; the app must be ready. */
export function openApiOf(app: HttpApp): { openapi: string; [part: string]: unknown } {
  return { ...app.swagger(), openapi: "3.1.0" };
}

const transformRoute = createJsonSchemaTransform({});
const transformDocument = createJsonSchemaTransformObject({});

const SECURITY: Readonly<Record<Access, readonly Record<string, string[]>[]>> = {
  public: [],
  admin: [{ adminToken: [] }],
  server: [{ serverKey: [] }, { serverKeyHeader: [] }],
};

/** Says for every route which keys it takes and how it can refuse, so that no route has to. */
function completeSchema(route: RouteOptions): void {
  const access = route.config?.access;
  if (access === undefined || route.schema === undefined) return;
  const declared = typeof route.schema.response === "object" && route.schema.response !== null ? route.schema.response : {};
  const refusals = Object.fromEntries(
    refusalsOf(route, access).map(([status, description]) => [status, problemResponse(description)]),
  );
  route.schema = { ...route.schema, security: SECURITY[access], response: { ...refusals, ...declared } };
}

const problemResponse = (description: string) => ({ description, content: { [PROBLEM_TYPE]: { schema: ProblemView } } });

function refusalsOf(route: RouteOptions, access: Access): readonly (readonly [string, string])[] {
  const hasBody = route.schema?.body !== undefined;
  const isEdit = route.method !== "GET" && access === "admin";
  const codes: readonly ProblemCode[] = [
    "invalid-request",
    ...(access === "public" ? [] : (["unauthenticated", "forbidden", "not-found"] as const)),
    ...(isEdit ? (["conflict", "revision-mismatch"] as const) : []),
    ...(route.method === "PUT" || route.method === "PATCH" ? (["revision-required"] as const) : []),
    ...(hasBody ? (["body-too-large", "unsupported-media-type"] as const) : []),
    ...(access === "public" ? [] : (["too-many-requests", "store-unavailable"] as const)),
    "internal",
  ];
  return codes.map((code) => [String(PROBLEMS[code].status), PROBLEMS[code].title] as const);
}

/** `*` is no name for a parameter. */
function nameWildcard<T extends { schema: unknown; url: string }>(transformed: T, route: RouteOptions): T {
  const name = route.config?.wildcard;
  if (name === undefined) return transformed;
  const schema = mapJson(
    transformed.schema,
    (key) => (key === "*" ? name : key),
    (value) => (value === "*" ? name : value),
  );
  return { ...transformed, url: transformed.url.replace("*", `:${name}`), schema };
}

/**
 * Parts of the flag document come from its own schema; and zod writes every named schema twice, for input and output, of which one
 * is enough where they agree.
 */
function describeParts(document: Json): Json {
  const components = document["components"] as Json;
  const all = { ...(components["schemas"] as Json), ...DOCUMENT_SCHEMAS };
  const sameAs = new Map<string, string>();
  const isTwin = (name: string) => name.endsWith("Input") && Object.hasOwn(all, name.slice(0, -"Input".length));
  for (const name of Object.keys(all)) if (isTwin(name)) sameAs.set(refTo(name), refTo(name.slice(0, -"Input".length)));
  const schemas = Object.fromEntries(
    Object.entries(all)
      .filter(([name]) => !isTwin(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  const merged = { ...document, components: { ...components, schemas } };
  return mapJson(
    merged,
    (key) => key,
    (value) => (typeof value === "string" ? (sameAs.get(value) ?? value) : value),
  ) as Json;
}

const refTo = (name: string) => `#/components/schemas/${name}`;

function mapJson(node: unknown, rename: (key: string) => string, replace: (value: unknown) => unknown): unknown {
  if (Array.isArray(node)) return node.map((item) => mapJson(item, rename, replace));
  if (typeof node !== "object" || node === null) return replace(node);
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [rename(key), mapJson(value, rename, replace)]));
}
