/** Applying a change request on what is there by then, and what is seen of it. */

import { describe, expect, test } from "vitest";
import { type Operation, ROLES } from "@dimmer/protocol";
import { erasePerson } from "../audit/erase-person.ts";
import { requireReview } from "../environments/environments.ts";
import type { Author } from "../flags/apply-change.ts";
import { P, PROJECT, SUMMARIZER } from "../flags/sample-project.contract.ts";
import { undoChange } from "../flags/undo.ts";
import { applyDocument } from "../follow/apply-document.ts";
import { setSnippet } from "../snippets/snippets.ts";
import { keyRecord } from "../storage/sample-records.contract.ts";
import { applyRequest, approveRequest, commentRequest, editRequest, rejectRequest } from "./act-on-change-request.ts";
import { viewDetails } from "./view-change-request.ts";
import { ada, bob, dan, owner, ramp, codeOf, reviewedProject } from "./sample-reviews.contract.ts";

const reviews = reviewedProject();
const { ask, submit, propose, share, standing, actions } = reviews;

describe("applying", () => {
  /** By who needs no approval: review is off meanwhile. */
  const meanwhile = async (operations: readonly Operation[]) => {
    await ask("production", 0);
    await submit(operations, bob);
    await ask("production", 1);
  };

  test("is on what is there by then: what was edited elsewhere stays", async () => {
    const request = await propose([ramp(20)]);
    await approveRequest(reviews.current.ports, bob, request);
    await meanwhile([
      { kind: "set-targets", ...P, targets: { sonnet: ["user-9"] } },
      { kind: "kill", ...P },
    ]);
    expect(await standing(request)).toMatchObject({ conflicts: [] });
    expect(await codeOf(applyRequest(reviews.current.ports, ada, request))).toBe("done");
    expect(await reviews.current.config("summarizer")).toMatchObject({ enabled: false, targets: { sonnet: ["user-9"] } });
    expect(await share()).toBe(20);
  });

  test("is refused where the same place was edited; an edit of the request takes it up, and takes a new approval", async () => {
    const request = await propose([ramp(20)]);
    await approveRequest(reviews.current.ports, bob, request);
    await meanwhile([ramp(15)]);
    const { conflicts, foreseen } = await standing(request);
    expect(conflicts.map(({ message }) => message)).toContain(
      "flags/summarizer/environments/production/rules/paid/serve/split/opus was changed since this was proposed.",
    );
    expect(foreseen?.moves).toMatchObject([{ percent: 5 }]);
    expect(await codeOf(applyRequest(reviews.current.ports, ada, request))).toBe("conflict");
    await editRequest(reviews.current.ports, ada, request, { reason: "on top of 15 %" });
    expect(await standing(request)).toMatchObject({ conflicts: [], given: [] });
    await approveRequest(reviews.current.ports, bob, request);
    expect(await codeOf(applyRequest(reviews.current.ports, ada, request))).toBe("done");
  });

  test("[snippets-resolved] comes to the text that was approved, whatever became of its snippets since", async () => {
    const { ports } = reviews.current;
    const set = async (text: string) => await setSnippet(ports, owner, { project: PROJECT, name: "tone", text });
    const value = { provider: "anthropic", model: "claude-opus-4-6", instructions: "{% snippet 'tone' %}" };
    const opus = { flag: "summarizer", variant: "opus" };
    await set("Be brief.");
    const request = await propose([
      { kind: "draft-value", ...opus, value },
      { kind: "publish", ...opus, environments: ["production"] },
    ]);
    await set("Be rude.");
    await approveRequest(ports, bob, request);
    expect(await codeOf(applyRequest(ports, ada, request))).toBe("done");
    const made = await ports.store.getValueVersion(PROJECT, "summarizer", "opus", 2);
    expect(made).toMatchObject({ value: { ...value, instructions: "Be brief." }, written: { value, snippets: { tone: 1 } } });
  });

  test("says why where it cannot be made any more, or not by its editor", async () => {
    const request = await propose([ramp(20)]);
    await approveRequest(reviews.current.ports, bob, request);
    await meanwhile([{ kind: "archive-flag", flag: "summarizer" }]);
    expect((await standing(request)).conflicts[0]).toMatchObject({ code: "conflict" });
    expect(await codeOf(applyRequest(reviews.current.ports, ada, request))).toBe("conflict");
    await meanwhile([{ kind: "unarchive-flag", flag: "summarizer" }]);
    await reviews.current.ports.store.transaction((tx) =>
      tx.putKey(keyRecord({ id: "ada", name: "ada", hash: "ada", role: "viewer", project: PROJECT })),
    );
    expect((await standing(request)).conflicts).toMatchObject([{ code: "forbidden" }]);
    expect(await codeOf(applyRequest(reviews.current.ports, bob, request))).toBe("conflict");
  });

  test("of an undo is refused where it was undone meanwhile", async () => {
    await ask("production", 0);
    const { change } = await submit([ramp(20)]);
    await ask("production", 1);
    const undo = { project: PROJECT, change: change?.id ?? "" };
    const { request } = await undoChange(reviews.current.ports, ada, undo);
    const place = { project: PROJECT, id: request ?? "" };
    await approveRequest(reviews.current.ports, bob, place);
    await ask("production", 0);
    await undoChange(reviews.current.ports, bob, undo);
    expect(await codeOf(applyRequest(reviews.current.ports, ada, place))).toBe("conflict");
  });

  test("is for who proposed, edited or may review it", async () => {
    const request = await propose([ramp(20)]);
    await approveRequest(reviews.current.ports, bob, request);
    expect(await codeOf(applyRequest(reviews.current.ports, dan, request))).toBe("forbidden");
  });

  test("of what a file proposed is in the file's right; rejected, the file is told, and not asked again", async () => {
    const document = { version: 1, flags: { fresh: SUMMARIZER } } as const;
    const order = { project: PROJECT, document, file: "flags.yaml", publish: [], reason: "file" };
    await codeOf(applyDocument(reviews.current.ports, order));
    const [waiting] = await reviews.current.ports.store.listChangeRequests(PROJECT, { limit: 1 });
    const place = { project: PROJECT, id: waiting?.id ?? "" };
    await rejectRequest(reviews.current.ports, bob, place);
    await expect(applyDocument(reviews.current.ports, order)).rejects.toThrow(`This was rejected as ${place.id}.`);
    const other = { ...order, document: { version: 1, flags: { second: SUMMARIZER } } as const };
    await codeOf(applyDocument(reviews.current.ports, other));
    const [next] = await reviews.current.ports.store.listChangeRequests(PROJECT, { limit: 1, state: "pending" });
    await approveRequest(reviews.current.ports, bob, { project: PROJECT, id: next?.id ?? "" });
    const { change } = await applyRequest(reviews.current.ports, bob, { project: PROJECT, id: next?.id ?? "" });
    expect(change?.actor).toMatchObject({ kind: "system", id: "file" });
    expect((await reviews.current.flag("second")).file?.name).toBe("flags.yaml");
    expect(await applyDocument(reviews.current.ports, other)).toBeNull();
  });
});

describe("what is seen of it", () => {
  test("is what concerns the environments that may be read", async () => {
    const request = await propose([
      ramp(20),
      { kind: "set-pin", flag: "summarizer", environment: "staging", pin: { by: "sessionId", for: "1h" } },
    ]);
    const seen = viewDetails(new Set(["staging"]), await standing(request));
    expect([seen?.operations.length, seen?.moves, seen?.environments]).toEqual([1, [], []]);
    expect(JSON.stringify(seen)).not.toContain("production");
    expect(viewDetails(new Set(), await standing(await propose([ramp(30)])))).toBeNull();
    const blind: Author = {
      actor: { kind: "system", id: "s", name: "s" },
      grants: [{ role: "r", rights: ROLES.viewer, project: PROJECT, environment: "staging" }],
    };
    const other = await propose([ramp(40)]);
    expect(await codeOf(commentRequest(reviews.current.ports, blind, other, "hm"))).toBe("not-found");
  });

  test("is without a person who was erased", async () => {
    const request = await propose([{ kind: "set-targets", ...P, targets: { opus: ["ada-lovelace"] } }]);
    await commentRequest(reviews.current.ports, bob, request, "for ada-lovelace");
    await reviews.current.ports.store.transaction((tx) =>
      erasePerson(tx, { project: PROJECT, person: "ada-lovelace", actor: owner.actor, at: 1 }, reviews.current.ports),
    );
    const record = await reviews.current.ports.store.getChangeRequest(PROJECT, request.id);
    expect(JSON.stringify(record)).not.toContain("ada-lovelace");
    expect(JSON.stringify(record)).toContain("erased:");
  });
});

test("requiring review has its row in the audit, and takes its right", async () => {
  const order = { project: PROJECT, key: "production", approvals: 2 };
  await requireReview(reviews.current.ports, owner, order);
  expect((await actions()).at(-1)).toBe("environment.require-review");
  expect(await codeOf(requireReview(reviews.current.ports, dan, order))).toBe("forbidden");
  expect(await codeOf(requireReview(reviews.current.ports, owner, { ...order, key: "absent" }))).toBe("not-found");
});
