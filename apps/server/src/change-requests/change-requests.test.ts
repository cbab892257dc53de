/** What becomes a change request, and whose approval counts. */

import { describe, expect, test } from "vitest";
import { type Operation } from "@dimmer/protocol";
import { author } from "../access/sample-ports.contract.ts";
import { listAudit } from "../audit/list-audit.ts";
import { verifyAudit } from "../audit/verify-audit.ts";
import { create, P, PROJECT, SUMMARIZER } from "../flags/sample-project.contract.ts";
import { undoChange } from "../flags/undo.ts";
import { applyDocument } from "../follow/apply-document.ts";
import { createSchedule } from "../schedules/create-schedule.ts";
import { runSchedule } from "../schedules/run-schedule.ts";
import { keyRecord } from "../storage/sample-records.contract.ts";
import {
  applyRequest,
  approveRequest,
  commentRequest,
  editRequest,
  rejectRequest,
  withdrawRequest,
} from "./act-on-change-request.ts";
import { CHANGE_REQUEST_LIMITS } from "./propose-change.ts";
import { isReady } from "./view-change-request.ts";
import { ada, bob, cleo, dan, ramp, codeOf, reviewedProject } from "./sample-reviews.contract.ts";

const reviews = reviewedProject();
const { ask, submit, propose, share, standing, actions } = reviews;

describe("what becomes a change request", () => {
  const segment = { environments: { staging: { include: ["a"] } } };
  const both = { environments: { staging: { include: ["a"] }, production: { include: ["a"] } } };
  test.each<readonly [string, readonly Operation[], "applied" | "pending"]>([
    ["an edit there", [ramp(20)], "pending"],
    [
      "an edit of another environment",
      [{ kind: "set-pin", flag: "summarizer", environment: "staging", pin: { by: "s", for: "1h" } }],
      "applied",
    ],
    [
      "a shared field of a flag that is there too",
      [{ kind: "update-flag", flag: "summarizer", fields: { owner: "me" } }],
      "pending",
    ],
    ["a new variant", [{ kind: "add-variant", flag: "summarizer", variant: "x", value: { reply: "x" } }], "pending"],
    [
      "a draft, which nobody is served",
      [{ kind: "draft-value", flag: "summarizer", variant: "plain", value: { reply: "x" } }],
      "applied",
    ],
    [
      "a version for staging alone",
      [{ kind: "publish", flag: "summarizer", variant: "plain", version: 1, environments: ["staging"] }],
      "applied",
    ],
    [
      "a new flag elsewhere",
      [create("other", { ...SUMMARIZER, environments: { staging: SUMMARIZER.environments?.["staging"] ?? ({} as never) } })],
      "applied",
    ],
    ["a new flag there", [create("other", SUMMARIZER)], "pending"],
    ["a segment elsewhere", [{ kind: "create-segment", segment: "s", definition: segment }], "applied"],
    ["a segment there", [{ kind: "create-segment", segment: "s", definition: both }], "pending"],
    [
      "what is declared of contexts",
      [{ kind: "declare-context", context: { attributes: { plan: { type: "string" } } } }],
      "pending",
    ],
    ["a kill", [{ kind: "kill", ...P }], "applied"],
    ["a stop", [{ kind: "stop", ...P, variant: "opus" }], "applied"],
    ["a kill beside an edit", [{ kind: "kill", ...P }, ramp(20)], "pending"],
  ])("%s: %#", async (_what, operations, status) => {
    const versions = [await reviews.current.version(), await reviews.current.version("staging")];
    const result = await submit(operations);
    expect(result).toMatchObject({ status });
    const isKept = status === "pending";
    expect([result.change === null, result.request !== null]).toEqual([isKept, isKept]);
    const after = [await reviews.current.version(), await reviews.current.version("staging")];
    expect(!isKept || (after[0] === versions[0] && after[1] === versions[1])).toBe(true);
  });

  test("a restore, by the review of what a kill needed none for; the kill is marked", async () => {
    await submit([{ kind: "kill", ...P }]);
    const [row] = await listAudit(reviews.current.ports.store, `project/${PROJECT}`, { limit: 1 });
    expect(row).toMatchObject({ action: "change.apply", details: { exemptFromReview: ["production"] } });
    expect(await submit([{ kind: "restore", ...P }])).toMatchObject({ status: "pending" });
  });

  test("A50 an undo, a schedule and a file: there is no door beside it", async () => {
    await ask("production", 0);
    const { change } = await submit([ramp(20)]);
    await ask("production", 1);
    expect(await undoChange(reviews.current.ports, ada, { project: PROJECT, change: change?.id ?? "" })).toMatchObject({
      status: "pending",
    });
    const { record, issues } = await createSchedule(reviews.current.ports, ada, PROJECT, {
      at: "1970-01-02T00:00:00Z",
      operations: [ramp(30)],
    });
    expect(issues).toMatchObject([{ code: "needs-review" }]);
    await runSchedule({ ...reviews.current.ports, onFailure: () => undefined }, record);
    expect(await reviews.current.ports.store.getSchedule(PROJECT, record.id)).toMatchObject({
      state: "failed",
      change: null,
      problem: { code: "review-needed", detail: expect.stringContaining("as request_") },
    });
    const document = { version: 1, flags: { fresh: SUMMARIZER } } as const;
    const order = { project: PROJECT, document, file: "flags.yaml", publish: [], reason: "file" };
    for (let times = 0; times < 2; times++)
      expect(await codeOf(applyDocument(reviews.current.ports, order))).toBe("review-needed");
    const waiting = await reviews.current.ports.store.listChangeRequests(PROJECT, { limit: 10 });
    expect(waiting.map(({ source }) => source)).toEqual(["file", "schedule", "api"]);
    expect(await share()).toBe(20);
  });

  test("what a dry run foresees", async () => {
    const { status, issues, request } = await submit([ramp(20)], ada, { dryRun: true });
    expect([status, request, issues.map((issue) => issue.message)]).toEqual([
      "valid",
      null,
      ["production requires an approval."],
    ]);
  });

  test("nothing that its author may not do, and nothing that is not valid", async () => {
    expect(
      await codeOf(
        submit([{ kind: "publish", flag: "summarizer", variant: "plain", version: 1, environments: ["production"] }], dan),
      ),
    ).toBe("forbidden");
    expect(await codeOf(submit([ramp(20, { variant: "absent" })]))).toBe("not-found");
    expect(await reviews.current.ports.store.listChangeRequests(PROJECT, { limit: 10 })).toEqual([]);
  });

  test("the same of the same author once, and no more than a project may have waiting", async () => {
    const first = await propose([ramp(20)]);
    expect(await propose([ramp(20)])).toEqual(first);
    expect(await propose([ramp(20)], bob)).not.toEqual(first);
    const record = await reviews.current.ports.store.getChangeRequest(PROJECT, first.id);
    await reviews.current.ports.store.transaction(async (tx) => {
      for (let n = 3; n <= CHANGE_REQUEST_LIMITS.pending; n++)
        if (record !== null) await tx.putChangeRequest({ ...record, id: `r${n}`, sequence: n });
    });
    expect(await codeOf(submit([ramp(21)]))).toBe("conflict");
  });
});

describe("review", () => {
  test("[review] one approves what another has proposed, and it is applied in the other's name", async () => {
    const request = await propose([ramp(20)]);
    expect(await standing(request)).toMatchObject({ review: { environments: ["production"], needed: 1 }, given: [] });
    expect(await codeOf(applyRequest(reviews.current.ports, ada, request))).toBe("review-needed");
    await commentRequest(reviews.current.ports, bob, request, "Looks right.");
    await approveRequest(reviews.current.ports, bob, request);
    expect(isReady(await standing(request))).toBe(true);
    const { change, status } = await applyRequest(reviews.current.ports, ada, request);
    expect([status, change?.actor.id, await share()]).toEqual(["applied", "ada", 20]);
    expect(await reviews.current.ports.store.getChangeRequest(PROJECT, request.id)).toMatchObject({
      state: "applied",
      change: change?.id,
    });
    expect((await actions()).slice(-5)).toEqual([
      "change-request.create",
      "change-request.comment",
      "change-request.approve",
      "change.apply",
      "change-request.apply",
    ]);
    const rows = await listAudit(reviews.current.ports.store, `project/${PROJECT}`, { limit: 2 });
    expect(rows[1]?.details).toMatchObject({ request: request.id, approvals: [{ id: "bob" }] });
    expect(await verifyAudit(reviews.current.ports.store, `project/${PROJECT}`, reviews.current.ports.auditKey)).toMatchObject({
      ok: true,
    });
    expect(await codeOf(applyRequest(reviews.current.ports, ada, request))).toBe("conflict");
  });

  test("A50 nobody approves what they edited last, and any edit voids what was approved", async () => {
    const request = await propose([ramp(20)]);
    expect(await codeOf(approveRequest(reviews.current.ports, ada, request))).toBe("forbidden");
    await approveRequest(reviews.current.ports, bob, request);
    const edited = await editRequest(reviews.current.ports, bob, request, { operations: [ramp(90)] });
    expect(edited).toMatchObject({ approvals: [], editor: { id: "bob" }, actor: { id: "ada" } });
    expect(await codeOf(approveRequest(reviews.current.ports, bob, request))).toBe("forbidden");
    expect(await codeOf(applyRequest(reviews.current.ports, bob, request))).toBe("review-needed");
    await approveRequest(reviews.current.ports, ada, request);
    expect((await applyRequest(reviews.current.ports, cleo, request)).change?.actor.id).toBe("bob");
    expect(await share()).toBe(90);
  });

  test("[review] nobody approves an edit that they have not seen", async () => {
    const request = await propose([ramp(20)]);
    const seen = { updatedAt: new Date((await standing(request)).record.updatedAt).toISOString() };
    await editRequest(reviews.current.ports, ada, request, { operations: [ramp(90)] });
    expect(await codeOf(approveRequest(reviews.current.ports, bob, request, seen))).toBe("revision-mismatch");
    expect(await standing(request)).toMatchObject({ given: [] });
    const seenAgain = { updatedAt: new Date((await standing(request)).record.updatedAt).toISOString() };
    await commentRequest(reviews.current.ports, cleo, request, "A comment is no edit.");
    await approveRequest(reviews.current.ports, bob, request, seenAgain);
    expect(await standing(request)).toMatchObject({ given: [{ id: "bob" }] });
  });

  test("an edit publishes no draft that its author may not have seen", async () => {
    const request = await propose([ramp(20)]);
    const publish: Operation = { kind: "publish", flag: "summarizer", variant: "plain", environments: ["production"] };
    const edited = editRequest(reviews.current.ports, bob, request, { operations: [publish] });
    expect(await codeOf(edited)).toBe("revision-required");
  });

  test("A50 a draft that is replaced after the approval is not published by it", async () => {
    const draft = (reply: string): Operation => ({ kind: "draft-value", flag: "summarizer", variant: "plain", value: { reply } });
    await submit([draft("approved")]);
    const request = await propose([{ kind: "publish", flag: "summarizer", variant: "plain", environments: ["production"] }]);
    await approveRequest(reviews.current.ports, bob, request);
    await submit([draft("smuggled in")]);
    expect(await codeOf(applyRequest(reviews.current.ports, ada, request))).toBe("conflict");
  });

  test("an approval counts once, and as long as its giver may review where it is asked for", async () => {
    await ask("production", 2);
    const request = await propose([ramp(20)]);
    await approveRequest(reviews.current.ports, bob, request);
    await approveRequest(reviews.current.ports, bob, request);
    expect(await standing(request)).toMatchObject({ review: { needed: 2 }, given: [{ id: "bob" }] });
    await approveRequest(reviews.current.ports, cleo, request);
    await reviews.current.ports.store.transaction((tx) =>
      tx.putKey(keyRecord({ id: "cleo", name: "cleo", hash: "cleo", role: "editor", project: PROJECT })),
    );
    expect(await standing(request)).toMatchObject({ given: [{ id: "bob" }] });
    expect(await codeOf(applyRequest(reviews.current.ports, ada, request))).toBe("review-needed");
    await ask("production", 1);
    expect(await codeOf(applyRequest(reviews.current.ports, ada, request))).toBe("done");
  });

  test("the strictest that a shared edit reaches", async () => {
    await ask("staging", 3);
    const request = await propose([{ kind: "update-flag", flag: "summarizer", fields: { owner: "me" } }]);
    expect((await standing(request)).review).toEqual({ environments: ["production", "staging"], needed: 3 });
    await reviews.current.ports.store.transaction((tx) =>
      tx.putKey(keyRecord({ id: "bob", name: "bob", hash: "bob", role: "publisher", project: PROJECT, environment: "staging" })),
    );
    expect(await codeOf(approveRequest(reviews.current.ports, bob, request))).toBe("forbidden");
  });

  test("without the right to review nobody approves or rejects; what a person edited takes a person", async () => {
    const request = await propose([ramp(20)]);
    for (const deed of [approveRequest, rejectRequest])
      expect(await codeOf(deed(reviews.current.ports, dan, request))).toBe("forbidden");
    const record = await reviews.current.ports.store.getChangeRequest(PROJECT, request.id);
    await reviews.current.ports.store.transaction(async (tx) => {
      if (record !== null) await tx.putChangeRequest({ ...record, editor: { kind: "person", id: "p", name: "Ada" } });
    });
    expect(await codeOf(approveRequest(reviews.current.ports, bob, request))).toBe("forbidden");
  });

  test("rejected and withdrawn ones are settled; only who proposed or edited it withdraws it", async () => {
    const first = await propose([ramp(20)]);
    expect(await codeOf(withdrawRequest(reviews.current.ports, bob, first))).toBe("forbidden");
    expect(await withdrawRequest(reviews.current.ports, ada, first)).toMatchObject({ state: "withdrawn" });
    const second = await propose([ramp(20)]);
    expect(second).not.toEqual(first);
    expect(await rejectRequest(reviews.current.ports, bob, second)).toMatchObject({ state: "rejected" });
    for (const deed of [approveRequest, rejectRequest, withdrawRequest, applyRequest])
      expect(await codeOf(deed(reviews.current.ports, bob, second))).toBe("conflict");
    expect(await codeOf(editRequest(reviews.current.ports, ada, second, { reason: "again" }))).toBe("conflict");
    expect(await codeOf(approveRequest(reviews.current.ports, bob, { project: PROJECT, id: "absent" }))).toBe("not-found");
    expect(await codeOf(approveRequest(reviews.current.ports, author("elsewhere", null), second))).toBe("forbidden");
  });

  test("it takes so many comments and no more", async () => {
    const request = await propose([ramp(20)]);
    for (let n = 0; n < CHANGE_REQUEST_LIMITS.comments; n++) await commentRequest(reviews.current.ports, bob, request, `${n}`);
    expect(await codeOf(commentRequest(reviews.current.ports, bob, request, "one more"))).toBe("conflict");
  });
});
