/** The three undos: what they bring back, what they leave alone, and when they say no. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ChangeResult, type Operation, ProblemError } from "@dimmer/protocol";
import { buildSnapshot } from "./build-snapshot.ts";
import { diffRevisions, listHistory } from "./list-history.ts";
import { ANYONE, create, openTestProject, P, PROJECT, SUMMARIZER, SWITCH, type TestProject } from "./sample-project.contract.ts";
import { undoChange, undoEnvironment, undoFlag } from "./undo.ts";

let project: TestProject;
beforeEach(async () => {
  project = await openTestProject();
  await project.apply([create("summarizer", SUMMARIZER), create("ai-enabled", SWITCH)]);
});
afterEach(async () => {
  await project.ports.store.close();
});

const OTHER = { ...ANYONE, actor: { kind: "system", id: "p2", name: "a colleague" } } as const;
const ramp = (percent: number): Operation => ({ kind: "ramp", ...P, rule: "paid", variant: "opus", percent });
const undo = (change: ChangeResult, more: { force?: boolean } = {}) =>
  undoChange(project.ports, ANYONE, { project: PROJECT, change: change.change?.id ?? "", ...more });
const refusal = (work: Promise<unknown>): Promise<ProblemError> =>
  work.then(
    () => expect.fail("not refused"),
    (error: unknown) => {
      expect(error).toBeInstanceOf(ProblemError);
      return error as ProblemError;
    },
  );

describe("undoChange", () => {
  it("brings back the very ranges, and says which change undid which", async () => {
    const before = await project.config("summarizer");
    const ramped = await project.apply([ramp(25)]);
    const undone = await undo(ramped);
    expect(await project.config("summarizer")).toEqual(before);
    expect(undone.change?.undoes).toBe(ramped.change?.id);
    expect(undone.moves).toEqual([{ ...P, rule: "paid", from: "opus", to: "sonnet", percent: 15 }]);
    const log = await listHistory(project.ports.store, ANYONE, PROJECT, {
      flag: "summarizer",
      environment: "production",
      limit: 2,
    });
    expect(log.map(({ undoes, undoneBy }) => [undoes, undoneBy])).toEqual([
      [ramped.change?.id, null],
      [null, undone.change?.id],
    ]);
    const again = await undo(undone);
    expect((await project.ports.store.getChange(PROJECT, ramped.change?.id ?? ""))?.undoneBy).toBeNull();
    expect(again.moves).toEqual(ramped.moves);
  });

  it("is refused where it was edited since, naming the places and who it was", async () => {
    const ramped = await project.apply([ramp(25)]);
    await project.apply([ramp(50)], {}, OTHER);
    const problem = await refusal(undo(ramped));
    expect(problem).toMatchObject({ code: "conflict", message: expect.stringMatching(/since by a colleague/) });
    expect(problem.issues.map((issue) => issue.message.split(" ")[0])).toContain(
      "flags/summarizer/environments/production/rules/paid/serve/split/opus",
    );
    await undo(ramped, { force: true });
    expect((await project.config("summarizer")).rules?.[0]?.serve).toMatchObject({ split: { opus: 10 } });
  });

  it("leaves edits of other places alone", async () => {
    const ramped = await project.apply([ramp(25)]);
    await project.apply([{ kind: "set-targets", ...P, targets: {} }], {}, OTHER);
    await project.apply([{ kind: "set-rule", ...P, rule: { id: "new", serve: { variant: "opus" } }, at: 0 }], {}, OTHER);
    await undo(ramped);
    const { rules, targets } = await project.config("summarizer");
    expect(targets).toBeUndefined();
    expect(rules?.map((rule) => rule.id)).toEqual(["new", "paid"]);
    expect(rules?.[1]?.serve).toMatchObject({ split: { opus: 10 } });
  });

  it("of a new rule does not mind another one; of a move it does", async () => {
    const rule = (id: string): Operation => ({ kind: "set-rule", ...P, rule: { id, serve: { variant: "opus" } } });
    const added = await project.apply([rule("one")]);
    await project.apply([rule("two")], {}, OTHER);
    const moved = await project.apply([{ kind: "move-rule", ...P, rule: "two", to: 0 }]);
    await undo(added);
    expect((await project.config("summarizer")).rules?.map(({ id }) => id)).toEqual(["two", "paid"]);
    const problem = await refusal(undo(moved));
    expect(problem.issues.map((issue) => issue.message)).toEqual([
      expect.stringMatching(/^flags\/.*\/ruleOrder was changed since by deploy key/),
    ]);
  });

  it("of a kill restores, and of that kills again; pins stay broken", async () => {
    const killed = await project.apply([{ kind: "kill", ...P }]);
    const undone = await undo(killed);
    expect(undone.change?.operations).toEqual([{ kind: "restore", ...P }]);
    expect(await project.config("summarizer")).toMatchObject({ enabled: true, pinEpochs: { opus: 1 } });
    const again = await undo(undone);
    expect(again.change?.operations).toEqual([{ kind: "kill", ...P }]);
    expect(again.serving).toHaveLength(1);
    expect(await project.config("summarizer")).toMatchObject({ enabled: false, pinEpochs: { opus: 2 } });
  });

  it("of a kill that somebody else has confirmed is refused", async () => {
    const killed = await project.apply([{ kind: "kill", ...P }]);
    const confirmed = await project.apply([{ kind: "kill", ...P }], {}, OTHER);
    expect((await refusal(undo(killed))).message).toMatch(/pressed again since by a colleague/);
    expect((await refusal(undo(confirmed))).message).toMatch(/nothing to undo/);
    expect((await project.config("summarizer")).enabled).toBe(false);
  });

  it("of anything else leaves a kill standing", async () => {
    const edited = await project.apply([
      { kind: "configure-environment", ...P, config: { enabled: true, fallback: "plain", default: { variant: "opus" } } },
    ]);
    await project.apply([{ kind: "kill", ...P }], {}, OTHER);
    await undo(edited);
    expect(await project.config("summarizer")).toMatchObject({ enabled: false, rules: [{ id: "paid" }] });
  });

  it("is refused twice, and for what is not there", async () => {
    const ramped = await project.apply([ramp(25)]);
    await undo(ramped);
    expect((await refusal(undo(ramped))).message).toMatch(/was undone by/);
    expect(await refusal(undoChange(project.ports, ANYONE, { project: PROJECT, change: "nope" }))).toMatchObject({
      code: "not-found",
    });
  });

  it("tells through any number of undos of undos what stands and what is undone", async () => {
    const standing: ChangeResult[] = [await project.apply([ramp(25)])];
    for (let depth = 1; depth <= 4; depth++) {
      const last = standing.at(-1);
      if (last !== undefined) standing.push(await undo(last));
      const found = await Promise.all(
        standing.map(async ({ change }) => (await project.ports.store.getChange(PROJECT, change?.id ?? ""))?.undoneBy),
      );
      // The newest stands; below it each second one is undone by the one above it.
      const expected = standing.map((_, at) => ((depth - at) % 2 === 1 ? standing[at + 1]?.change?.id : null));
      expect(found).toEqual(expected);
    }
  });

  it("overlooks nobody, however much has changed since", async () => {
    const killed = await project.apply([{ kind: "kill", ...P }]);
    await project.apply([{ kind: "kill", ...P }], {}, OTHER);
    const ramped = await project.apply([ramp(25)]);
    await project.apply([ramp(50)], {}, OTHER);
    for (let count = 0; count < 501; count++)
      await project.apply([
        {
          kind: "update-flag",
          flag: "summarizer",
          fields: { description: `Edit ${count}` },
        },
      ]);
    expect((await refusal(undo(killed))).message).toMatch(/pressed again since by a colleague/);
    expect((await refusal(undo(ramped))).message).toMatch(/since by a colleague/);
  });

  it("commits nothing on a dry run", async () => {
    const ramped = await project.apply([ramp(25)]);
    const tried = await undoChange(project.ports, ANYONE, { project: PROJECT, change: ramped.change?.id ?? "", dryRun: true });
    expect(tried).toMatchObject({ status: "valid", moves: [{ percent: 15 }] });
    expect((await project.config("summarizer")).rules?.[0]?.serve).toMatchObject({ split: { opus: 25 } });
  });

  it("of a publication serves what was served, and keeps the draft", async () => {
    const value = { reply: "New" };
    await project.apply([{ kind: "draft-value", flag: "summarizer", variant: "plain", value }]);
    await undo(await project.apply([{ kind: "publish", flag: "summarizer", variant: "plain", environments: ["production"] }]));
    expect((await project.config("summarizer")).published?.["plain"]).toBe(1);
    expect((await project.flag("summarizer")).variants["plain"]).toEqual({ latest: 2, draft: { value } });
  });
});

describe("undoFlag", () => {
  const back = (revision: number) => undoFlag(project.ports, ANYONE, { project: PROJECT, ...P, revision });

  it("takes one flag back to a revision, ranges and all, whatever lay between", async () => {
    await project.apply([ramp(25)]);
    const wanted = await project.config("summarizer");
    await project.apply([{ kind: "set-split", ...P, rule: "paid", split: { opus: 40, sonnet: 20, plain: 40 } }]);
    await project.apply([
      { kind: "remove-rule", ...P, rule: "paid" },
      { kind: "set-targets", ...P, targets: { plain: ["a"] } },
    ]);
    await project.apply([{ kind: "kill", ...P }]);
    await back(2);
    const { pinEpochs, ...config } = await project.config("summarizer");
    expect(config).toEqual({ ...wanted, enabled: false });
    expect(Object.values(pinEpochs ?? {}).every((epoch) => epoch >= 1)).toBe(true);
  });

  it("takes it away where it was not there, and back where it was", async () => {
    await project.apply([{ kind: "remove-environment", ...P }]);
    await back(1);
    expect(await project.config("summarizer")).toMatchObject({ rules: [{ id: "paid" }] });
    await back(2);
    expect((await project.flag("summarizer")).environments["production"]).toBeUndefined();
  });

  it("says that an archived flag comes back, in its other environments too", async () => {
    await project.apply([{ kind: "archive-flag", flag: "summarizer" }]);
    expect((await back(1)).issues).toEqual([
      expect.objectContaining({
        code: "unarchived",
        message: expect.stringMatching(/in staging too/),
        severity: "warning",
      }),
    ]);
  });

  it("is refused for nothing, and for no such revision", async () => {
    expect(await refusal(back(1))).toMatchObject({ code: "conflict", message: expect.stringMatching(/is as it was/) });
    expect(await refusal(back(9))).toMatchObject({ code: "not-found" });
  });
});

describe("undoEnvironment", () => {
  const back = (version: number) =>
    undoEnvironment(project.ports, ANYONE, { project: PROJECT, environment: "production", version });
  /** What people get: without revisions, epochs and the version itself. */
  const serving = async () => {
    const { flags, segments } = await buildSnapshot(project.ports.store, PROJECT, "production");
    return JSON.parse(
      JSON.stringify({ flags, segments }, (name, value: unknown) => (["revision", "pinEpoch"].includes(name) ? 0 : value)),
    ) as unknown;
  };

  it("takes every flag and segment back to a version in one change, and tells what it costs", async () => {
    await project.apply([
      { kind: "create-segment", segment: "beta", definition: { environments: { production: { include: ["a"] } } } },
      { kind: "set-rule", ...P, rule: { id: "beta", when: { segment: "beta" }, serve: { variant: "opus" } } },
    ]);
    const wanted = await serving();
    const staging = await project.version("staging");
    await project.apply([ramp(50)]);
    await project.apply([
      { kind: "remove-rule", ...P, rule: "beta" },
      { kind: "remove-segment", segment: "beta" },
    ]);
    await project.apply([{ kind: "archive-flag", flag: "ai-enabled" }]);
    await project.apply([create("late", { ...SWITCH })]);
    const undone = await back(2);
    expect(await serving()).toEqual(wanted);
    expect(undone.moves).toEqual([{ ...P, rule: "paid", from: "opus", to: "sonnet", percent: 40 }]);
    expect(undone.issues.map((issue) => issue.code)).toEqual(["unarchived"]);
    expect(undone.change?.versions["production"]).toBe(7);
    expect(await project.version("staging")).toBe(staging + 3);
    expect((await project.flag("late")).environments).not.toHaveProperty("production");
    expect(await refusal(back(2))).toMatchObject({ code: "conflict" });
  });

  it("leaves kills and stops as they are, on the way back and on the way forth", async () => {
    await project.apply([{ kind: "remove-environment", ...P }]);
    await back(1);
    await project.apply([
      { kind: "kill", ...P },
      { kind: "stop", ...P, variant: "opus" },
    ]);
    await back(2);
    await back(3);
    expect(await project.config("summarizer")).toMatchObject({ enabled: false, stopped: ["opus"] });
  });

  it("is refused for a version that was never reached", async () => {
    expect(await refusal(back(9))).toMatchObject({ code: "not-found", message: expect.stringMatching(/it is at 1/) });
  });
});

describe("a value that is taken back", () => {
  const publish = (version?: number): Operation => ({
    kind: "publish",
    flag: "summarizer",
    variant: "opus",
    environments: ["production"],
    ...(version === undefined ? {} : { version }),
  });
  const epoch = async () => (await project.config("summarizer")).pinEpochs?.["opus"] ?? 0;
  let published: ChangeResult;
  beforeEach(async () => {
    const value = {
      provider: "anthropic",
      model: "claude-opus-4-6",
      instructions: "Bad.",
    };
    await project.apply([{ kind: "draft-value", flag: "summarizer", variant: "opus", value }]);
    published = await project.apply([publish()]);
  });

  const WAYS: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["the undo of the publication", () => undo(published)],
    [
      "the undo of the flag",
      () =>
        undoFlag(project.ports, ANYONE, {
          project: PROJECT,
          ...P,
          revision: 1,
        }),
    ],
    [
      "the undo of the environment",
      () =>
        undoEnvironment(project.ports, ANYONE, {
          project: PROJECT,
          environment: "production",
          version: 1,
        }),
    ],
    ["the publication of the earlier version", () => project.apply([publish(1)])],
  ];

  it.each(WAYS)("lets those go who are pinned on it: %s", async (_name, takeBack) => {
    expect(await epoch()).toBe(0);
    await takeBack();
    expect((await project.config("summarizer")).published?.["opus"]).toBe(1);
    expect(await epoch()).toBe(1);
    expect((await project.config("summarizer")).pinEpochs).toEqual({
      opus: 1,
    });
  });

  it("keeps pins where a newer one comes", async () => {
    await project.apply([publish(1)]);
    await project.apply([publish(2)]);
    expect(await epoch()).toBe(1);
  });
});

describe("diffRevisions", () => {
  it("leads from one revision to another, either way", async () => {
    await project.apply([ramp(25)]);
    const pair = { project: PROJECT, environment: "production", kind: "flag", key: "summarizer" } as const;
    const forth = await diffRevisions(project.ports.store, { ...pair, from: 1, to: 2 });
    expect(forth).toContainEqual({
      resource: "flags/summarizer/environments/production",
      path: "/rules/paid/serve/split/opus",
      before: 10,
      after: 25,
    });
    const back = await diffRevisions(project.ports.store, { ...pair, from: 2, to: 1 });
    expect(back.map(({ before, after, ...rest }) => ({ ...rest, before: after, after: before }))).toEqual(
      forth.map((effect) => ({ before: undefined, after: undefined, ...effect })),
    );
    expect(await refusal(diffRevisions(project.ports.store, { ...pair, from: 1, to: 9 }))).toMatchObject({ code: "not-found" });
  });
});
