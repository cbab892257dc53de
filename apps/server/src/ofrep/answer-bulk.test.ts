/** The answers of OFREP for all flags, and what a browser key is told in them. */

import { hash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { snapshotOf, type Condition, type FlagDefinition, type FlagEnvironment } from "@dimmer/evaluation";
import type { OfrepBulkSuccess } from "@dimmer/protocol";
import { holdSnapshot } from "../delivery/held-snapshot.ts";
import { answerBulk } from "./answer-bulk.ts";
import { answerEvaluation } from "./answer-evaluation.ts";
import { openViews } from "./open-views.ts";
import { readClaims } from "./read-question.ts";

const flag = (block: Partial<FlagEnvironment>, parts: Partial<FlagDefinition> = {}): FlagDefinition => ({
  type: "string",
  purpose: "release",
  owner: "canary-owner",
  permanent: true,
  audience: "browser",
  variants: { a: { value: "A" }, b: { value: "B" } },
  environments: { production: { enabled: true, fallback: "a", default: { variant: "a" }, ...block } },
  ...parts,
});
const rule = (when: Condition) => [{ id: "canary-rule", name: "canary name", when, serve: { variant: "b" } }];
const secret: Partial<FlagDefinition> = {
  audience: "server",
  variants: { a: { value: "canary-value" }, b: { value: "canary" } },
};
const FLAGS: Readonly<Record<string, FlagDefinition>> = {
  static: flag({}),
  ruled: flag({ rules: rule({ "canary-plan": "pro" }) }),
  members: flag({ rules: rule({ segment: "canary-segment" }) }),
  split: flag({ default: { split: { a: 50, b: 50 }, by: "canary.organization" } }),
  gated: flag({ requires: [{ flag: "canary-gate", variant: "b" }] }),
  blocked: flag(
    { default: { variant: "b" } },
    { variants: { a: { value: "A" }, b: { value: "canary-only", only: { "canary-tier": "gold" } } } },
  ),
  nothing: flag({ enabled: false, stopped: ["a"], fallback: "a" }),
  "canary-gate": flag({}, secret),
  "canary-server": flag({ rules: rule({ plan: "pro" }) }, secret),
};
const document = {
  version: 1,
  flags: FLAGS,
  segments: { "canary-segment": { environments: { production: { include: ["member"] } } } },
} as const;

const held = (flags = FLAGS, version = 7) =>
  holdSnapshot({ ...snapshotOf({ ...document, flags }, "production", { project: "demo" }), epoch: "canary-epoch", version });
const viewOf = (audience: "server" | "browser") => openViews(new Uint8Array(32)).of(held(), audience);
const ports = { streamUri: "/ofrep/v1/stream?ticket=t", digest: (bytes: Uint8Array) => hash("sha256", bytes, "buffer") };

const ask = (audience: "server" | "browser", context: unknown, ifNoneMatch?: string) => {
  const { status, etag, body } = answerBulk({ question: readClaims({ context }), ifNoneMatch }, viewOf(audience), ports);
  return { status, etag, text: new TextDecoder().decode(body) };
};
const itemsOf = (text: string) => (JSON.parse(text) as OfrepBulkSuccess).flags;

describe("all flags at once", () => {
  test("a server key gets every flag, each as the single evaluation gives it", () => {
    const context = { targetingKey: "member", "canary-plan": "pro" };
    const items = itemsOf(ask("server", context).text);
    expect(items.map(({ key }) => key)).toEqual(Object.keys(FLAGS).sort());
    for (const item of items)
      expect(item).toEqual(JSON.parse(answerEvaluation(item.key, readClaims({ context }), viewOf("server")).text));
  });

  test("a flag that fails is a failure among the others", () => {
    const items = itemsOf(ask("server", {}).text);
    expect(items.find(({ key }) => key === "split")).toMatchObject({ errorCode: "TARGETING_KEY_MISSING", errorDetails: /.+/u });
    expect(items.find(({ key }) => key === "static")).toMatchObject({ value: "A", reason: "STATIC" });
  });

  test("says where to hear of changes, under the origin the client knows, and of which flags these are", () => {
    const { eventStreams, metadata } = JSON.parse(ask("server", {}).text) as OfrepBulkSuccess;
    const requestUri = `/ofrep/v1/stream?ticket=t&since=${viewOf("server").position}`;
    expect(eventStreams).toEqual([{ type: "sse", endpoint: { requestUri }, inactivityDelaySec: 120 }]);
    expect(metadata).toEqual({ flagSetId: "demo/production" });
  });

  test.each([5, "x", [], null])("the context %j is refused with a code and a sentence, and without a key", (context) => {
    const { status, etag, text } = ask("server", context);
    expect([status, etag, Object.keys(JSON.parse(text) as object)]).toEqual([400, undefined, ["errorCode", "errorDetails"]]);
    expect(text).toContain("INVALID_CONTEXT");
  });
});

describe("the ETag is one of the results", () => {
  const { etag = "" } = ask("browser", { targetingKey: "u", "canary-plan": "pro" });

  test.each([etag, etag.slice(2), `"other", ${etag}`, "*"])("If-None-Match: %s is 304 without a body", (header) =>
    expect(ask("browser", { targetingKey: "u", "canary-plan": "pro" }, header)).toEqual({ status: 304, etag, text: "" }),
  );

  test("another context with other results is answered, though the client sends the tag along", () => {
    const answer = ask("browser", { targetingKey: "u", "canary-plan": "free" }, etag);
    expect([answer.status, answer.etag === etag]).toEqual([200, false]);
  });

  test("another context with the same results is 304", () =>
    expect(ask("browser", { targetingKey: "u", "canary-plan": "pro", unread: 1 }, etag).status).toBe(304));

  test("a client whose stream has another address now must hear of it, or it would ask for the old one for ever", () => {
    const asked = { question: readClaims({ context: { targetingKey: "u", "canary-plan": "pro" } }), ifNoneMatch: etag };
    expect(answerBulk(asked, viewOf("browser"), { ...ports, streamUri: "/ofrep/v1/stream?ticket=new" }).status).toBe(200);
  });

  test("a new version with the same results is 304", () => {
    const later = openViews(new Uint8Array(32)).of(held(FLAGS, 8), "browser");
    const asked = { question: readClaims({ context: { targetingKey: "u", "canary-plan": "pro" } }), ifNoneMatch: etag };
    expect(answerBulk(asked, later, ports).status).toBe(304);
  });
});

describe("a browser key", () => {
  const contexts = [{}, { targetingKey: "member", "canary-plan": "pro" }, { canary: { organization: "x" }, targetingKey: "u" }];

  test("gets the flags for browsers and no other, known or not", () => {
    expect(itemsOf(ask("browser", {}).text).map(({ key }) => key)).toEqual([
      "blocked",
      "gated",
      "members",
      "nothing",
      "ruled",
      "split",
      "static",
    ]);
    const [there, absent] = ["canary-server", "canary-absent"].map((key) =>
      answerEvaluation(key, readClaims({}), viewOf("browser")),
    );
    expect(there?.status).toBe(404);
    expect(there?.text.replace("server", "absent")).toBe(absent?.text);
  });

  test("is told of no rule, segment, attribute, owner, server flag, denied value or version", () => {
    for (const context of contexts) {
      const { text, etag } = ask("browser", context);
      expect(itemsOf(text).length).toBe(7);
      const singles = Object.keys(FLAGS)
        .filter((key) => !key.startsWith("canary"))
        .map((key) => answerEvaluation(key, readClaims({ context }), viewOf("browser")).text);
      // The rows do decide: with a server key the very same flags give plenty away.
      expect(ask("server", context).text).toContain("canary");
      expect([text, etag, ...singles].join("\n")).not.toMatch(/canary|epoch|ruleId|path|blocked"?:|ineligible|unknowns/u);
    }
  });

  test("is decided by rules, segments and required flags all the same", () => {
    const variants = Object.fromEntries(
      itemsOf(ask("browser", contexts[1]).text).map((item) => [item.key, "variant" in item ? item.variant : null]),
    );
    expect(variants).toMatchObject({ ruled: "b", members: "b", static: "a", gated: "a", blocked: "a" });
  });
});

describe("a view's position", () => {
  const edited = (key: string, block: Partial<FlagEnvironment>) => {
    const { audience = "server" } = FLAGS[key] ?? {};
    return { ...FLAGS, [key]: flag(block, audience === "server" ? secret : {}) };
  };
  const positionAfter = (flags: Readonly<Record<string, FlagDefinition>>, audience: "server" | "browser") => {
    const views = openViews(new Uint8Array(32));
    const before = views.of(held(), audience);
    const after = views.of(held(flags, 8), audience);
    return before.position === after.position ? "stays" : "moves";
  };

  test.each<[string, Readonly<Record<string, FlagDefinition>>, string, string]>([
    ["a flag for browsers", edited("static", { default: { variant: "b" } }), "moves", "moves"],
    ["a server flag that one requires", edited("canary-gate", { default: { variant: "b" } }), "moves", "moves"],
    ["a server flag that none requires", edited("canary-server", { default: { variant: "b" } }), "stays", "moves"],
    ["a new server flag", { ...FLAGS, "canary-new": flag({}, secret) }, "stays", "moves"],
  ])("after an edit of %s", (_what, flags, forBrowsers, forServers) =>
    expect([positionAfter(flags, "browser"), positionAfter(flags, "server")]).toEqual([forBrowsers, forServers]),
  );

  test("the browser's view follows an edit and keeps what did not change", () => {
    const views = openViews(new Uint8Array(32));
    const before = views.of(held(), "browser");
    const after = views.of(held(edited("static", { default: { variant: "b" } }), 8), "browser");
    expect(answerEvaluation("static", readClaims({}), after).text).toContain('"variant":"b"');
    expect(after.snapshot.flags.get("ruled")).toBe(before.snapshot.flags.get("ruled"));
    const gone = views.of(held({ static: flag({}) }, 9), "browser");
    expect(answerEvaluation("ruled", readClaims({}), gone).status).toBe(404);
  });

  test("a restored store, whose versions count from elsewhere, is another one", () => {
    const views = openViews(new Uint8Array(32));
    const before = views.of(held(), "browser");
    const { snapshot } = held();
    const after = views.of(holdSnapshot({ ...snapshot, epoch: "restored", version: 7 }), "browser");
    expect(after.position).not.toBe(before.position);
  });
});
