/** What a project declares of its contexts, on the real store: what it refuses, what it reaches, and how it goes again. */

import { describe, expect, it } from "vitest";
import type { Condition, ContextDeclaration } from "@dimmer/evaluation";
import type { Operation, ProblemError } from "@dimmer/protocol";
import { buildSnapshot } from "../flags/build-snapshot.ts";
import { exportDocument } from "../flags/export-document.ts";
import { ANYONE, create, inEnvironment, openTestProject, P, PROJECT, SUMMARIZER } from "../flags/sample-project.contract.ts";
import { undoChange } from "../flags/undo.ts";

const PLAN = { type: "string", values: ["free", "pro", "enterprise"], description: "What they pay for" } as const;
const declare = (context: ContextDeclaration | null): Operation => ({ kind: "declare-context", context });
const DECLARED = declare({ attributes: { plan: PLAN, email: { type: "string", private: true } } });
const rule = (when: Condition): Operation => ({ kind: "set-rule", ...P, rule: { id: "paid", when, serve: { variant: "opus" } } });

async function openDeclared() {
  const project = await openTestProject();
  await project.apply([create("summarizer", SUMMARIZER)]);
  const declared = await project.apply([DECLARED]);
  const refusalOf = async (...operations: Operation[]) => {
    const problem = await project.apply(operations).then(
      () => undefined,
      (error: unknown) => error as ProblemError,
    );
    return problem?.issues.map(({ path, code }) => [path, code]);
  };
  return {
    ports: project.ports,
    declared,
    refusalOf,
    apply: (...order: Parameters<typeof project.apply>) => project.apply(...order),
    version: () => project.version(),
  };
}

describe("a declaration of contexts", () => {
  it("[declared-context] refuses a condition that can never hold, at its place in the request, and nothing of the change is made", async () => {
    const { refusalOf, version } = await openDeclared();
    const before = await version();
    expect(await refusalOf(rule({ plan: ["pro", "entreprise"] }))).toEqual([
      ["/operations/0/rule/when/plan/1", "attribute-value"],
    ]);
    expect(await refusalOf(rule({ plan: { gte: 3 } }))).toEqual([["/operations/0/rule/when/plan/gte", "attribute-type"]]);
    const fallback = [{ when: { email: 3 }, variant: "sonnet" }, { variant: "plain" }];
    expect(await refusalOf({ kind: "set-fallback", ...P, fallback })).toEqual([
      ["/operations/0/fallback/0/when/email", "attribute-type"],
    ]);
    expect(
      await refusalOf({ kind: "update-variant", flag: "summarizer", variant: "opus", fields: { only: { plan: "prro" } } }),
    ).toEqual(expect.arrayContaining([["/operations/0/fields/only/plan", "attribute-value"]]));
    const definition = { environments: { production: { when: { plan: "prro" } } } };
    expect(await refusalOf({ kind: "create-segment", segment: "beta", definition })).toEqual([
      ["/operations/0/definition/environments/production/when/plan", "attribute-value"],
    ]);
    expect(await version()).toBe(before);
  });

  it("warns of what nobody declares, and refuses it where it is strict", async () => {
    const { apply, refusalOf } = await openDeclared();
    const { issues } = await apply([rule({ plann: "pro" })]);
    expect(issues).toMatchObject([
      { path: "/operations/0/rule/when/plann", code: "undeclared-attribute", mend: expect.stringContaining('"plan"') },
    ]);
    expect(await refusalOf(declare({ strict: true, attributes: { plan: PLAN } }))).toEqual([["", "unknown-attribute"]]);
    await apply([rule({ plan: "pro" }), declare({ strict: true, attributes: { plan: PLAN } })]);
    expect(await refusalOf(rule({ plann: "pro" }))).toEqual([["/operations/0/rule/when/plann", "unknown-attribute"]]);
  });

  it("[declared-context] is refused where a condition that is there would never hold, and taken with the change that mends it", async () => {
    const { apply, refusalOf } = await openDeclared();
    const narrow = declare({ attributes: { plan: { type: "string", values: ["free", "pro"] } } });
    await expect(apply([narrow])).rejects.toMatchObject({
      code: "invalid-document",
      issues: [{ message: expect.stringContaining("flags/summarizer/environments/production/rules/paid/when/plan/1: ") }],
    });
    expect(await refusalOf(narrow, rule({ plan: "pro" }))).toBeUndefined();
  });

  it("is refused where it is none", async () => {
    const { refusalOf } = await openDeclared();
    const broken = { attributes: { plan: { type: "text" } } } as unknown as ContextDeclaration;
    expect(await refusalOf(declare(broken))).toEqual([["/operations/0/context/attributes/plan/type", "unknown-choice"]]);
  });

  it("never holds up a kill, and lets go of what is archived", async () => {
    const { apply } = await openDeclared();
    await apply([{ kind: "archive-flag", flag: "summarizer" }, declare({ attributes: { plan: { type: "boolean" } } })]);
    await apply([{ kind: "kill", ...P }]);
    await expect(apply([{ kind: "unarchive-flag", flag: "summarizer" }])).rejects.toMatchObject({ code: "invalid-document" });
  });

  it("reaches the snapshots of all environments, without descriptions, and can be undone", async () => {
    const { apply, ports, declared, version } = await openDeclared();
    const snapshot = async () => (await buildSnapshot(ports.store, PROJECT, "staging")).context;
    const { description: _description, ...travelling } = PLAN;
    expect(await snapshot()).toEqual({ plan: travelling, email: { type: "string", private: true } });
    expect(Object.keys(declared.change?.versions ?? {})).toEqual(["production", "staging"]);
    expect(declared.effects.map(({ resource, path }) => resource + path)).toEqual(["context"]);
    expect(declared.change?.summary).toEqual(["Declared 2 attributes of contexts."]);
    const before = await version();
    await apply([
      declare({ attributes: { plan: { ...PLAN, description: "Other words" }, email: { type: "string", private: true } } }),
    ]);
    expect(await version()).toBe(before);
    expect((await exportDocument(ports.store, PROJECT)).context?.attributes["plan"]?.description).toBe("Other words");
    const order = { project: PROJECT, change: declared.change?.id ?? "" };
    await expect(undoChange(ports, ANYONE, order)).rejects.toMatchObject({ code: "conflict" });
    await undoChange(ports, ANYONE, { ...order, force: true });
    expect(await snapshot()).toBeUndefined();
    expect(await exportDocument(ports.store, PROJECT)).not.toHaveProperty("context");
  });

  it("needs a right to every environment, and the revision that its author saw", async () => {
    const { apply } = await openDeclared();
    await expect(apply([declare(null)], {}, inEnvironment("staging"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(apply([declare(null)], { expected: { context: 0 } })).rejects.toMatchObject({ code: "revision-mismatch" });
    expect((await apply([declare(null)], { expected: { context: 1 } })).change?.summary).toEqual([
      "Took the declaration of contexts away.",
    ]);
  });
});
