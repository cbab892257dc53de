/** A project's prices from the command line, against a real server. */

import type { PricesView } from "@dimmer/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type DemoServer, openDemoServer } from "./demo-server.contract.ts";
import { EXIT } from "./exit-codes.ts";

let demo: DemoServer;
beforeEach(async () => void (demo = await openDemoServer()));
afterEach(() => demo.close());

test("prices are set, listed, removed, and limit what a variant may cost", async () => {
  await demo.check("prices list", EXIT.ok, { stdout: "The project has no prices of its own." });
  await demo.check("prices set house llama-* --input 0 --output 0.5 --from 2026-01-01", EXIT.ok, { stdout: "llama-*" });
  await demo.check("prices set house llama-* --input 0.1 --output 0.6 --cache-read 0.01 --from 2026-06-01", EXIT.ok);
  expect(await demo.jsonOf<PricesView>("prices list")).toMatchObject({
    outputLimitUsd: null,
    items: [
      { model: "llama-*", from: "2026-01-01", outputUsd: 0.5 },
      { model: "llama-*", from: "2026-06-01", cacheReadUsd: 0.01 },
    ],
  });
  await demo.check("prices remove house llama-* --yes", EXIT.usage, { stderr: "from 2026-01-01, 2026-06-01" });
  await demo.check("prices remove house llama-* --from 2026-01-01 --yes", EXIT.ok);
  await demo.check("prices remove house llama-9 --yes", EXIT.notFound, { stderr: "no such price of llama-9" });
  await demo.check("prices limit 20", EXIT.ok, { stdout: "costs more than 20 dollars" });
  await demo.check("prices limit none", EXIT.ok);
  await demo.check("prices list --unknown --hours 1", EXIT.ok, { stdout: "Every call has a price." });
  expect((await demo.jsonOf<PricesView>("prices list")).items).toHaveLength(1);
});

test("what is no price is refused, with the mend", async () => {
  await demo.check("prices set openai gpt-5 --input 1", EXIT.usage, { stderr: "--output is missing" });
  await demo.check("prices set openai gpt-5 --input 1 --output cheap", EXIT.usage, { stderr: "Such as 0.15." });
  await demo.check("prices set openai gpt-5 --input 1 --output 2 --from tomorrow", EXIT.usage, { stderr: "--from takes a day" });
  await demo.check("prices limit much", EXIT.usage, { stderr: "dollars for a million tokens" });
});
