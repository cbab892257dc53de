/** The description of the API is whole, and the committed one is current. */

import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestServer, type TestServer } from "../testing/open-test-server.contract.ts";

let server: TestServer;
let document: Record<string, unknown>;
beforeAll(async () => {
  server = await openTestServer();
  document = (await server.call("GET", "/openapi.json")).json as Record<string, unknown>;
});
afterAll(() => server.close());

type Operation = {
  operationId?: string;
  security?: object[];
  tags?: string[];
  responses: Record<string, { content?: Record<string, object> }>;
  parameters?: { in: string; name: string }[];
};

const operationsOf = (): [string, Operation][] =>
  Object.entries(document["paths"] as Record<string, Record<string, Operation>>).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
  );

describe("the API describes itself", () => {
  test("as OpenAPI 3.1", () => expect(document).toMatchObject({ openapi: "3.1.0", info: { title: "Dimmer" } }));

  test("every reference leads somewhere", () => {
    const references = new Set(
      JSON.stringify(document)
        .match(/"\$ref":"[^"]+"/gu)
        ?.map((text) => text.slice(8, -1)),
    );
    expect(references.size).toBeGreaterThan(20);
    for (const reference of references) expect([reference, lookUp(reference)]).toEqual([reference, expect.any(Object)]);
  });

  test("every operation has an id of its own, its keys, a tag, a success and a refusal", () => {
    const operations = operationsOf();
    const tags = (document["tags"] as { name: string }[]).map(({ name }) => name);
    expect(new Set(operations.map(([, operation]) => operation.operationId)).size).toBe(operations.length);
    for (const [where, operation] of operations) {
      const statuses = Object.keys(operation.responses);
      expect({ where, ...operation }).toMatchObject({
        operationId: expect.stringMatching(/^[a-z][A-Za-z]+$/u),
        security: expect.any(Array),
      });
      expect(tags).toContain(operation.tags?.[0]);
      expect(statuses.filter((status) => status < "400")).not.toEqual([]);
      expect(statuses.filter((status) => status >= "400")).not.toEqual([]);
      for (const status of statuses.filter((code) => code >= "400"))
        expect([where, status, refusalType(operation, status)]).toEqual([
          where,
          status,
          expect.stringMatching(/^(problem|protocol|page)$/u),
        ]);
    }
  });

  test("every name in a path is a parameter, and every parameter of a path is in it", () => {
    for (const [where, operation] of operationsOf()) {
      const named = [...where.matchAll(/\{(\w+)\}/gu)].map((match) => match[1]).sort();
      const declared = (operation.parameters ?? [])
        .filter((parameter) => parameter.in === "path")
        .map(({ name }) => name)
        .sort();
      expect([where, declared]).toEqual([where, named]);
    }
  });

  test("only health, this description, its page, links and runs' tokens, which are keys themselves, and the ways to a session take no key", () => {
    const open = operationsOf().filter(([, operation]) => operation.security?.length === 0);
    expect(open.map(([, { operationId }]) => String(operationId)).sort()).toEqual([
      "acceptInvitation",
      "finishOidcSignIn",
      "getDocsFile",
      "getOpenApi",
      "getSession",
      "healthz",
      "livez",
      "pollDeviceLogin",
      "readDocs",
      "readyz",
      "resetPassword",
      "sendFeedback",
      "setUp",
      "showLink",
      "signIn",
      "startDeviceLogin",
      "startOidcSignIn",
      "useLink",
    ]);
  });

  test("the parts of the flag document are described", () => {
    for (const name of [
      "FlagDefinition",
      "FlagEnvironment",
      "Rule",
      "Serve",
      "Condition",
      "SegmentDefinition",
      "SegmentEnvironment",
      "FlagDocument",
    ]) {
      expect([name, Object.keys(Object(lookUp(`#/components/schemas/${name}`))).length > 0]).toEqual([name, true]);
    }
  });

  test("spec/openapi.yaml is what the routes say (write it with `npx tsx --conditions=dimmer-source spec/make-openapi.ts`)", () => {
    const committed: unknown = parse(readFileSync(new URL("../../../../spec/openapi.yaml", import.meta.url), "utf8"));
    expect(committed).toEqual(document);
  });
});

const lookUp = (reference: string): unknown =>
  reference
    .replace(/^#\//u, "")
    .split("/")
    .reduce<unknown>((node, name) => (Object.hasOwn(Object(node), name) ? Reflect.get(Object(node), name) : undefined), document);

const REFUSALS: Readonly<Record<string, string>> = {
  "application/problem+json": "problem",
  "application/json": "protocol",
  // Where a person looks, and no program.
  "text/html": "page",
};

function refusalType({ responses }: Operation, status: string): string {
  const [type] = Object.keys(responses[status]?.content ?? {});
  return REFUSALS[type ?? ""] ?? "undescribed";
}
