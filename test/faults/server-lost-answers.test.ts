/** Answers that are lost after the commit: the client asks again, and nothing is done twice. */

import { expect, test } from "vitest";
import { openManagement } from "@dimmer/protocol";
import { startServerProcess } from "../e2e/processes.ts";
import { cutAnswersOf } from "./server-cut-answers.ts";

const RAMP = { kind: "ramp", flag: "summarizer", environment: "production", rule: "default", variant: "opus" } as const;

test("[idempotent] an answer that is lost after the commit, before its first byte or in its middle, doubles nothing", async () => {
  const server = await startServerProcess();
  const cutter = await cutAnswersOf(server.url);
  const client = openManagement({ ...server, url: cutter.url });
  const direct = openManagement(server);
  const lastSequence = async () => (await direct.listChanges("demo", 1))[0]?.sequence ?? 0;

  for (const where of ["before", "middle"] as const) {
    const [before, requests] = [await lastSequence(), cutter.requests];
    cutter.cutNext(2, where);
    const { change } = await client.submitChange("demo", { operations: [{ ...RAMP, percent: before + 20 }] });
    expect([where, change?.sequence, await lastSequence()]).toEqual([where, before + 1, before + 1]);
    expect(cutter.requests - requests).toBe(3);
  }

  cutter.cutNext(1, "middle");
  const made = await client.createKey("demo", { kind: "admin", name: "made once" });
  const keys = (await direct.listKeys("demo")).filter(({ name }) => name === "made once");
  expect(keys.map(({ id }) => id)).toEqual([made.id]);
  await expect(openManagement({ ...server, token: made.secret }).listProjects()).resolves.toHaveLength(1);
});
