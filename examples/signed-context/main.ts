/** A page proves its plan: the server signs what it knows of the person, and a browser key gets the variant that has an `only`. */

import assert from "node:assert/strict";
import { openManagement } from "@dimmer/protocol";
import { openDimmer } from "@dimmer/sdk-server";
import { edit, undo } from "../operator.ts";

const { DIMMER_URL: url = "", DIMMER_TOKEN: token = "", DIMMER_PROJECT: project = "demo" } = process.env;
const management = openManagement({ url, token });
const dimmer = openDimmer(); // DIMMER_URL and DIMMER_KEY
const { isReady, failure } = await dimmer.ready({ timeoutMs: 5_000 });
assert.ok(isReady, failure?.message);

const FLAG = "frontier-tier";
const FRONTIER = "claude-opus-4-6";
const STANDARD = "claude-haiku-4-5";

// The demo's flag is for servers; for this run pages may ask for it as well, with a key of their own.
const { change } = await edit(dimmer, { kind: "update-flag", flag: FLAG, fields: { audience: "browser" } }, "signed contexts");
const page = await management.createKey(project, { kind: "browser", name: "signed-context", environment: "production" });
try {
  const claimed = await ask({ targetingKey: "user-1", plan: "pro" });
  assert.equal(claimed.value, STANDARD, "anybody can claim a plan");
  console.log(`claimed: ${claimed.value}`);

  // On the server, where the plan is known; the page hands on what it was given.
  const dimmerContext = await dimmer.signContext({ targetingKey: "user-1", plan: "pro" }, { expiresInSeconds: 3_600 });
  const proven = await ask({ targetingKey: "user-1", region: "eu", dimmerContext });
  assert.deepEqual([proven.value, proven.reason], [FRONTIER, "TARGETING_MATCH"]);
  console.log(`signed: ${proven.value}`);

  const free = await dimmer.signContext({ targetingKey: "user-2", plan: "free" });
  assert.equal((await ask({ plan: "pro", dimmerContext: free })).value, STANDARD, "what is signed lies over what is claimed");

  const forged = await ask({ plan: "pro", dimmerContext: `${dimmerContext.slice(0, -4)}AAAA` });
  assert.deepEqual([forged.value, forged.metadata["dimmerContext"]], [STANDARD, "Its signature is wrong."]);
  console.log(`forged: ${forged.value}, because: ${String(forged.metadata["dimmerContext"])}`);
} finally {
  await management.revokeKey(project, page.id);
  await undo(dimmer, change);
  await dimmer.close();
}
console.log("ok");

interface Answer {
  readonly value: string;
  readonly reason?: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** What a page asks, with any OFREP client. */
async function ask(context: object): Promise<Answer> {
  const answer = await fetch(`${url}/ofrep/v1/evaluate/flags/${FLAG}`, {
    method: "POST",
    headers: { authorization: `Bearer ${page.secret}`, "content-type": "application/json" },
    body: JSON.stringify({ context }),
  });
  return (await answer.json()) as Answer;
}
