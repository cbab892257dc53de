/** A project whose production requires review, and four tokens, for the tests of change requests. */

import { afterEach, beforeEach } from "vitest";
import { type Operation } from "@dimmer/protocol";
import { author } from "../access/sample-ports.contract.ts";
import { listAudit } from "../audit/list-audit.ts";
import { requireReview } from "../environments/environments.ts";
import type { Author } from "../flags/apply-change.ts";
import { create, openTestProject, P, PROJECT, SUMMARIZER, type TestProject } from "../flags/sample-project.contract.ts";
import { keyRecord } from "../storage/sample-records.contract.ts";
import { standingOf } from "./view-change-request.ts";

const everyone = { ada: "publisher", bob: "publisher", cleo: "publisher", dan: "editor" } as const;
/** Tokens, so that what they may do is read from the store each time. */
const by = (name: keyof typeof everyone): Author => ({
  actor: { kind: "key", id: name, name },
  grants: author(PROJECT, null, everyone[name]).grants,
});
export const [ada, bob, cleo, dan] = [by("ada"), by("bob"), by("cleo"), by("dan")];
export const owner = author(null, null);

export const ramp = (percent: number, more: object = {}): Operation => ({
  kind: "ramp",
  ...P,
  rule: "paid",
  variant: "opus",
  percent,
  ...more,
});

/** The code of the refusal, or `done`. */
export async function codeOf(work: Promise<unknown>): Promise<unknown> {
  const failed: unknown = await work.then(
    () => ({ code: "done" }),
    (error: unknown) => error,
  );
  return Reflect.get(Object(failed), "code") as unknown;
}

/** The project of the running test, opened before it and closed after it. */
export function reviewedProject() {
  let project: TestProject;
  beforeEach(async () => {
    project = await openTestProject();
    await project.apply([create("summarizer", SUMMARIZER)]);
    await project.ports.store.transaction(async (tx) => {
      for (const [name, role] of Object.entries(everyone))
        await tx.putKey(keyRecord({ id: name, name, hash: name, role, project: PROJECT }));
    });
    await ask("production", 1);
  });
  afterEach(() => project.ports.store.close());

  /** Approvals that an environment asks for from now on. */
  const ask = async (environment: string, approvals: number) =>
    await requireReview(project.ports, owner, { project: PROJECT, key: environment, approvals });
  const submit = async (operations: readonly Operation[], who: Author = ada, more: object = {}) =>
    await project.apply(operations, more, who);
  return {
    get current() {
      return project;
    },
    ask,
    submit,
    propose: async (operations: readonly Operation[], who: Author = ada) => {
      const { request } = await submit(operations, who);
      return { project: PROJECT, id: request ?? "none" };
    },
    share: async () => {
      const serve = (await project.config("summarizer")).rules?.[0]?.serve;
      return serve !== undefined && "split" in serve ? serve.split["opus"] : undefined;
    },
    standing: async ({ id }: { readonly id: string }) =>
      await project.ports.store.transaction(async (tx) => {
        const record = await tx.getChangeRequest(PROJECT, id);
        if (record === null) throw new Error(`no request ${id}`);
        return await standingOf(tx, record, 1);
      }),
    actions: async () =>
      (await listAudit(project.ports.store, `project/${PROJECT}`, { limit: 50 })).map(({ action }) => action).reverse(),
  };
}
