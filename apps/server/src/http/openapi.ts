/** The API's own description, OpenAPI 3.1, made from the routes themselves. */

import swagger from "@fastify/swagger";
import type { RouteOptions } from "fastify";
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from "fastify-type-provider-zod";
import { z } from "zod";
import { PROBLEMS, type ProblemCode } from "@dimmer/protocol";
import type { Access } from "./access.ts";
import { takesIdempotencyKey } from "./idempotency.ts";
import { DOCUMENT_SCHEMAS } from "./document-schemas.ts";
import type { HttpApp } from "./open-http.ts";
import { problemResponse } from "./route-schemas.ts";

/** A schema or any part of it, as JSON. */
type Json = { [name: string]: unknown };

const TAGS = [
  ["sdk", "What SDKs fetch with a server key."],
  ["ofrep", "OpenFeature Remote Evaluation Protocol."],
  ["projects", "Projects."],
  ["environments", "Environments of a project."],
  ["flags", "Flags: defined once per project, configured per environment."],
  ["segments", "Named groups of people that rules refer to."],
  ["snippets", "Texts that prompts share, with numbered versions."],
  ["changes", "Everything that was edited, and the way to edit several things at once."],
  ["models", "Which flags use a model, and its kill over all of them."],
  ["prices", "What models cost a project, and what a variant may cost."],
  ["schedules", "Changes that are to be made at a time."],
  ["evals", "How values scored offline, and whether one is no worse than another."],
  ["experiments", "Variants compared by people, with a plan before and a result in words after."],
  ["judges", "Models that score a share of what people get of a flag."],
  ["alerts", "What somebody should look at, why, and what may help."],
  ["watching", "What is watched without a ramp: drift, canary prompts, drills of fallbacks."],
  ["rollouts", "Ramps that open on evidence and undo themselves."],
  ["links", "Kill links: an address that turns one flag or variant off, and nothing else."],
  ["metrics", "What became of each variant: cost, speed, failures, what people made of it; and which model served a request."],
  ["telemetry", "What became of evaluations: how often, to how many people, with which attributes."],
  ["webhooks", "Changes, posted to an address of yours and signed."],
  ["connections", "Credentials of model providers, for the calls that Dimmer makes itself."],
  ["playground", "One prompt on several variants, side by side."],
  ["people", "People: accounts, sessions, invitations, personal tokens."],
  ["change-requests", "Edits that wait for review."],
  ["keys", "Admin tokens, server keys and browser keys."],
  ["roles", "What admin tokens may do: rights, bundled."],
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
          personalToken: { type: "http", scheme: "bearer", description: "A personal token: acts in its person's name." },
          session: {
            type: "apiKey",
            in: "cookie",
            name: "dimmer-session",
            description:
              "A person's session; `__Host-dimmer-session` over TLS. What changes something must come from our own pages.",
          },
          serverKey: { type: "http", scheme: "bearer", description: "A server key, for one environment." },
          browserKey: {
            type: "http",
            scheme: "bearer",
            description: "A browser key: answers of flags for browsers, and no more.",
          },
          browserKeyHeader: { type: "apiKey", in: "header", name: "X-API-Key", description: "The same browser key." },
          streamTicket: { type: "apiKey", in: "query", name: "ticket", description: "Comes with `eventStreams`." },
          serverKeyHeader: {
            type: "apiKey",
            in: "header",
            name: "X-API-Key",
            description: "The same server key, in the other header.",
          },
        },
      },
    },
    transform: (route) => describeHeaders(nameWildcard(transformRoute(route), route.route), route.route),
    transformObject: (document) => finishDocument(transformDocument(document) as Json) as never,
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
  management: [{ adminToken: [] }, { personalToken: [] }, { session: [] }],
  server: [{ serverKey: [] }, { serverKeyHeader: [] }],
  client: [{ serverKey: [] }, { serverKeyHeader: [] }, { browserKey: [] }, { browserKeyHeader: [] }],
  ticket: [{ streamTicket: [] }],
};

/** Says for every route which keys it takes and how it can refuse, so that no route has to. */
function completeSchema(route: RouteOptions): void {
  const access = route.config?.access;
  if (access === undefined || route.schema === undefined) return;
  const declared = typeof route.schema.response === "object" && route.schema.response !== null ? route.schema.response : {};
  const refusals = Object.fromEntries(
    refusalsOf(route, access).map(([status, description]) => [status, problemResponse(description)]),
  );
  route.schema = { ...route.schema, security: SECURITY[access], ...declaredRight(route), response: { ...refusals, ...declared } };
}

/** What programs and the matrix of `access-matrix.test.ts` read. */
function declaredRight({ config = {} }: RouteOptions): object {
  const { right, reach } = config;
  if (right === undefined) return {};
  return { "x-right": right, ...(reach === undefined ? {} : { "x-right-reach": reach }) };
}

function refusalsOf(route: RouteOptions, access: Access): readonly (readonly [string, string])[] {
  const hasBody = route.schema?.body !== undefined;
  const isEdit = route.method !== "GET" && access === "management";
  const revision = route.config?.revision;
  const codes: readonly ProblemCode[] = [
    "invalid-request",
    ...(access === "public" ? [] : (["unauthenticated", "forbidden", "not-found"] as const)),
    ...(isEdit ? (["conflict"] as const) : []),
    ...(takesIdempotencyKey(route) ? (["idempotency-key-reused"] as const) : []),
    ...(revision === undefined ? [] : (["revision-mismatch"] as const)),
    ...(revision === "needed" || revision === "sometimes-needed" ? (["revision-required"] as const) : []),
    ...(hasBody ? (["body-too-large", "unsupported-media-type"] as const) : []),
    ...(access === "public" ? [] : (["too-many-requests", "store-unavailable"] as const)),
    ...(isEdit ? (["store-full"] as const) : []),
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

/** Headers that routes read by hand, as a schema for them would drop all the others. */
function describeHeaders<T extends { schema: unknown }>(transformed: T, route: RouteOptions): T {
  const { revision } = route.config ?? {};
  const properties = {
    ...(revision === undefined ? {} : { "If-Match": IF_MATCH }),
    ...(takesIdempotencyKey(route) ? { "Idempotency-Key": IDEMPOTENCY_KEY } : {}),
  };
  if (Object.keys(properties).length === 0) return transformed;
  const headers = { type: "object", properties, required: revision === "needed" ? ["If-Match"] : [] };
  return { ...transformed, schema: { ...Object(transformed.schema), headers } };
}

const IF_MATCH = {
  type: "string",
  description: "The ETag that the author saw. `*` takes any; `If-None-Match: *` says there was none.",
};
const IDEMPOTENCY_KEY = {
  type: "string",
  minLength: 1,
  maxLength: 255,
  description: "Drawn for this request: the same request with it again, within 24 hours, does nothing and gets the same answer.",
};

/** What the generator cannot know, put right in the finished document. */
function finishDocument(document: Json): Json {
  const { components, paths, ...rest } = oneOfEachSchema(document);
  const { schemas, ...more } = components as { schemas: Json };
  const described = mapEntries(
    schemas,
    (name, schema) => DOCUMENT_SCHEMAS[name] ?? (name === "Operation" ? schema : openAnswers(schema)),
  );
  const operations = mapEntries(paths as Json, (_path, item) =>
    mapEntries(item as Json, (_method, operation) => finishOperation(operation as Json)),
  );
  return { ...rest, paths: operations, components: { ...more, schemas: { ...DOCUMENT_SCHEMAS, ...described } } };
}

const DESCRIPTIONS: Readonly<Record<string, string>> = { "200": "As asked.", "201": "Created.", "304": "You hold it already." };

function finishOperation({ requestBody, responses, ...operation }: Json): Json {
  const body = requestBody as { content: { "application/json": { schema: Json } } } | undefined;
  const isOptional =
    body !== undefined &&
    (Object.hasOwn(body.content["application/json"].schema, "default") ||
      ["evaluateFlag", "evaluateFlags"].includes(String(operation["operationId"])));
  const answers = mapEntries(responses as Json, (status, response) => {
    const answer = openAnswers(response) as Json;
    const isUndescribed = answer["description"] === "Default Response";
    return isUndescribed ? { ...answer, description: DESCRIPTIONS[status] ?? "Refused." } : answer;
  });
  return { ...operation, ...(body === undefined ? {} : { requestBody: { ...body, required: !isOptional } }), responses: answers };
}

/** An answer may grow fields, so nobody should be told that it never will. */
function openAnswers(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(openAnswers);
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node).filter(([name, value]) => name !== "additionalProperties" || value !== false);
  return Object.fromEntries(entries.map(([name, value]) => [name, openAnswers(value)]));
}

/** Every named schema comes twice, for input and output; ours are the same for both. */
function oneOfEachSchema(document: Json): Json {
  const components = document["components"] as { schemas: Json };
  const twins = Object.keys(components.schemas).filter(
    (name) => name.endsWith("Input") && Object.hasOwn(components.schemas, name.slice(0, -5)),
  );
  const schemas = Object.fromEntries(
    Object.entries(components.schemas)
      .filter(([name]) => !twins.includes(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  const sameAs = new Map(twins.map((name) => [refTo(name), refTo(name.slice(0, -5))]));
  const keep = (key: string) => key;
  return mapJson({ ...document, components: { ...components, schemas } }, keep, (value) =>
    typeof value === "string" ? (sameAs.get(value) ?? value) : value,
  ) as Json;
}

const refTo = (name: string) => `#/components/schemas/${name}`;

const mapEntries = (node: Json, map: (key: string, value: unknown) => unknown): Json =>
  Object.fromEntries(Object.entries(node).map(([key, value]) => [key, map(key, value)]));

function mapJson(node: unknown, rename: (key: string) => string, replace: (value: unknown) => unknown): unknown {
  if (Array.isArray(node)) return node.map((item) => mapJson(item, rename, replace));
  if (typeof node !== "object" || node === null) return replace(node);
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [rename(key), mapJson(value, rename, replace)]));
}
