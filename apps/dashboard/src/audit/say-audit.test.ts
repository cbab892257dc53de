/** Audit rows in words, verdicts, and a table that no spreadsheet executes. */

import { expect, test } from "vitest";
import type { AuditRow, AuditVerdict } from "@dimmer/protocol";
import { sayAction, sayVerdict, writeCsv } from "./say-audit.ts";

test.each<[Pick<AuditRow, "action" | "details">, string]>([
  [{ action: "change.apply", details: { summary: ["Killed a in production.", "Done."] } }, "Killed a in production. Done."],
  [{ action: "change.apply", details: null }, "Changed flags or segments"],
  [{ action: "key.create", details: { name: "api", kind: "server", prefix: "dm_" } }, "Made a key: api, server"],
  [{ action: "environment.new-epoch", details: null }, "Began anew with an environment"],
  [{ action: "environment.update", details: { environment: "eu", before: { name: "EU" } } }, "Edited an environment: eu"],
  [{ action: "change-request.create", details: { request: "request_1" } }, "Proposed an edit for review"],
  [{ action: "change-request.reject", details: null }, "Rejected a review"],
  [{ action: "environment.require-review", details: null }, "Set how many approve an edit in an environment"],
  [{ action: "something.odd", details: { name: "x" } }, "something.odd: x"],
  [{ action: "local-kill.lifted", details: [1] }, "Saw the end of a kill inside an app"],
])("%j: %s", (row, said) => expect(sayAction(row)).toBe(said));

const verdict: AuditVerdict = { chain: "project/demo", ok: true, rows: 1_200, head: "h", firstBad: null };
test.each<[AuditVerdict, string]>([
  [verdict, "The chain holds: 1,200 rows, each sealed by the next, and nobody changed one."],
  [{ ...verdict, ok: false }, "The chain does not hold."],
  [
    { ...verdict, ok: false, firstBad: { sequence: 7, why: "Its hash does not fit." } },
    "The chain breaks at row 7: Its hash does not fit. What stands before it can be relied on.",
  ],
])("%j", (one, said) => expect(sayVerdict(one)).toBe(said));

test("the table quotes what must be, and hands no formula to a spreadsheet", () => {
  const row: AuditRow = {
    chain: "c",
    sequence: 2,
    at: "2026-01-01T00:00:00Z",
    action: "key.create",
    actor: { kind: "person", id: "p_1", name: '=HYPERLINK("x"),\n2' },
    details: { a: 1 },
    hash: "ff",
  };
  expect(writeCsv([row, { ...row, sequence: 1, actor: null, details: null }])).toBe(
    [
      "sequence,at,action,actorKind,actorId,actorName,details,hash",
      `2,2026-01-01T00:00:00Z,key.create,person,p_1,"'=HYPERLINK(""x""),\n2","{""a"":1}",ff`,
      "1,2026-01-01T00:00:00Z,key.create,,,,,ff",
      "",
    ].join("\r\n"),
  );
});
