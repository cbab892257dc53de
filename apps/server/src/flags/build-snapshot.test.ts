/** From records to snapshot and to document: what is carried, what is left out, and that both say the same. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkSnapshot, compileSnapshot, evaluate, parseDocument, snapshotOf, whoMoves } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";
import { buildSnapshot, EARLIER_VERSIONS } from "./build-snapshot.ts";
import { exportDocument } from "./export-document.ts";
import { create, openTestProject, P, PROJECT, SUMMARIZER, SWITCH, type TestProject } from "./sample-project.contract.ts";
import { viewFlag } from "./view-flag.ts";
import { viewValueVersions } from "./view-value-versions.ts";
import { expectSnapshotForm } from "./snapshot-schema.contract.ts";

let project: TestProject;
beforeEach(async () => {
  project = await openTestProject();
  await project.apply([create("summarizer", SUMMARIZER), create("ai-enabled", SWITCH)]);
});
afterEach(async () => {
  await project.ports.store.close();
});

const S = { flag: "summarizer" } as const;
const snapshot = (environment = "production") => buildSnapshot(project.ports.store, PROJECT, environment);
const publish = (reply: string, environment: string): Operation[] => [
  { kind: "draft-value", ...S, variant: "plain", value: { reply } },
  { kind: "publish", ...S, variant: "plain", environments: [environment] },
];

describe("buildSnapshot", () => {
  it("holds what is configured and not archived, and passes the reader's own check and the schema", async () => {
    const seen = await snapshot();
    await project.apply([{ kind: "archive-flag", flag: "ai-enabled" }]);
    await project.apply([{ kind: "remove-environment", ...S, environment: "staging" }]);
    expect(Object.keys((await snapshot()).flags)).toEqual(["summarizer"]);
    expect(Object.keys((await snapshot()).values)).toHaveLength(3);
    expect(await snapshot("staging")).toMatchObject({ flags: {}, values: {}, version: 3 });
    expect(checkSnapshot(await snapshot()).issues).toEqual([]);
    expectSnapshotForm(await snapshot());
    expect(() => expectSnapshotForm({ ...seen, flags: { ...seen.flags, bad: {} as never } })).toThrow("flags/bad");
    await expect(snapshot("moon")).rejects.toMatchObject({ code: "not-found" });
  });

  it("serves in each environment the version that is published there", async () => {
    await project.apply(publish("Staged", "staging"));
    const reply = async (environment: string) => {
      const { flags, values } = await snapshot(environment);
      return JSON.parse(values[flags["summarizer"]?.variants["plain"]?.digest ?? ""] ?? "");
    };
    expect(await reply("staging")).toEqual({ reply: "Staged" });
    expect(await reply("production")).toEqual({ reply: "Summaries are resting." });
    expect(JSON.stringify((await snapshot()).values)).not.toContain("Staged");
  });

  it("carries for pins what this environment served before: the latest few, and never what only another served", async () => {
    await project.apply([{ kind: "set-pin", ...P, pin: { by: "sessionId", for: "24h" } }]);
    await project.apply(publish("only in staging", "staging"));
    for (let at = 1; at <= EARLIER_VERSIONS + 2; at++) await project.apply(publish(`reply ${at}`, "production"));
    const { flags, values } = await snapshot();
    const plain = flags["summarizer"]?.variants["plain"];
    expect(plain?.version).toBe(9);
    expect(Object.keys(plain?.earlier ?? {})).toEqual(["4", "5", "6", "7", "8"]);
    expect(values[plain?.earlier?.["8"] ?? ""]).toBe('{"reply":"reply 6"}');
    expect(JSON.stringify(values)).not.toContain("only in staging");
    const pinned = { pins: { summarizer: { variant: "plain", valueVersion: 8, pinEpoch: 0, reason: "SPLIT" as const } } };
    expect(evaluate(compileSnapshot(await snapshot()), "summarizer", { targetingKey: "x" }, pinned).value).toEqual({
      reply: "reply 6",
    });
    await project.apply([{ kind: "set-pin", ...P, pin: null }]);
    expect((await snapshot()).flags["summarizer"]?.variants["plain"]?.earlier).toBeUndefined();
  });
});

describe("exportDocument", () => {
  it("is a valid document that moves nobody, ranges and counters included", async () => {
    await project.apply([create("chat", { ...SUMMARIZER, salt: "first-chat" })]);
    await project.apply([
      { kind: "create-segment", segment: "beta", definition: { environments: { production: { include: ["a"] } } } },
    ]);
    await project.apply([{ kind: "set-split", ...P, rule: "paid", split: { opus: 40, sonnet: 30, plain: 30 } }]);
    await project.apply([{ kind: "set-split", ...P, rule: "paid", split: { opus: 10, sonnet: 60, plain: 30 } }]);
    await project.apply([{ kind: "stop", ...P, variant: "opus" }]);
    await project.apply(publish("Staged", "staging"));
    await project.apply([{ kind: "archive-flag", flag: "ai-enabled" }]);
    const document = await exportDocument(project.ports.store, PROJECT);
    expect(parseDocument(JSON.parse(JSON.stringify(document))).issues.filter((issue) => issue.severity === "error")).toEqual([]);
    expect(Object.keys(document.flags)).toEqual(["chat", "summarizer"]);
    expect(document.flags["chat"]?.salt).toBe("first-chat");
    expect(document.flags["summarizer"]).not.toHaveProperty("salt");
    expect(document.flags["summarizer"]?.environments?.["production"]).toMatchObject({
      published: { plain: 1 },
      pinEpochs: { opus: 1 },
      stopped: ["opus"],
    });
    expect(document.flags["summarizer"]?.environments?.["staging"]).not.toHaveProperty("published");
    const people = Array.from({ length: 500 }, (_, at) => ({ targetingKey: `user-${at}`, plan: at % 2 === 0 ? "pro" : "free" }));
    const served = compileSnapshot(await snapshot());
    expect(whoMoves(served, compileSnapshot(snapshotOf(document, "production")), people)).toEqual([]);
    await expect(exportDocument(project.ports.store, "nowhere")).rejects.toMatchObject({ code: "not-found" });
  });

  it("brings the values of earlier versions, so that an empty project made from it serves the same everywhere", async () => {
    await project.apply(publish("Second", "production"));
    await project.apply(publish("Third", "staging"));
    const document = await exportDocument(project.ports.store, PROJECT);
    expect(document.flags["summarizer"]?.variants?.["plain"]).toMatchObject({
      value: { reply: "Third" },
      versions: { 2: { reply: "Second" } },
    });
    const rebuilt = await openTestProject();
    await rebuilt.apply(Object.entries(document.flags).map(([flag, definition]) => create(flag, definition)));
    const again = await exportDocument(rebuilt.ports.store, PROJECT);
    expect(again.flags["summarizer"]).toMatchObject({
      variants: { plain: { value: { reply: "Third" }, versions: { 1: { reply: "Second" } } } },
      environments: { production: { published: { plain: 1 } } },
    });
    expect(again.flags["summarizer"]?.environments?.["staging"]).toEqual(document.flags["summarizer"]?.environments?.["staging"]);
  });
});

describe("views", () => {
  it("show newest values, drafts apart, and where each version is served", async () => {
    await project.apply(publish("Staged", "staging"));
    await project.apply([{ kind: "draft-value", ...S, variant: "opus", value: { reply: "Draft" } }]);
    const record = await project.flag("summarizer");
    const view = await viewFlag(project.ports.store, record);
    expect(view.definition.variants?.["plain"]?.value).toEqual({ reply: "Staged" });
    expect(view.versions).toMatchObject({
      plain: { latest: 2, hasDraft: false },
      opus: { latest: 1, draft: { reply: "Draft" }, hasDraft: true },
    });
    expect(view.environments["staging"]).toMatchObject({ revision: 2, config: { published: { plain: 2 } } });
    const versions = viewValueVersions(record, await project.ports.store.listValueVersions(PROJECT, "summarizer"));
    expect(versions.filter(({ variant }) => variant === "plain").map(({ number, publishedIn }) => [number, publishedIn])).toEqual(
      [
        [1, ["production"]],
        [2, ["staging"]],
      ],
    );
  });

  it("hide what is kept for a variant that is gone, and its pins stay broken when it comes back", async () => {
    const value = { reply: "x" };
    await project.apply([{ kind: "add-variant", ...S, variant: "extra", value }]);
    await project.apply([{ kind: "stop", ...P, variant: "extra" }]);
    await project.apply([{ kind: "restore", ...P, variant: "extra" }]);
    await project.apply([{ kind: "remove-variant", ...S, variant: "extra" }]);
    const view = await viewFlag(project.ports.store, await project.flag("summarizer"));
    expect(JSON.stringify(view)).not.toContain("extra");
    await project.apply([{ kind: "add-variant", ...S, variant: "extra", value }]);
    expect((await snapshot()).flags["summarizer"]?.variants["extra"]).toMatchObject({ version: 1, pinEpoch: 1 });
  });
});
