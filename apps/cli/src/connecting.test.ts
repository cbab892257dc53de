/** Provider connections from the command line, against a real server and a provider of the test's own. */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ConnectionView } from "@dimmer/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type DemoServer, openDemoServer } from "./demo-server.contract.ts";
import { EXIT } from "./exit-codes.ts";

const SECRET = "sk-cli-0123456789abcdef";
let demo: DemoServer;
let provider: Server;
let keys: (string | undefined)[];
let status: number;

beforeEach(async () => {
  [keys, status] = [[], 200];
  const choices = [{ message: { content: "ok" }, finish_reason: "stop" }];
  const usage = { prompt_tokens: 10, completion_tokens: 1 };
  provider = createServer((request, response) => {
    keys.push(request.headers.authorization);
    request.resume().on("end", () => response.writeHead(status).end(JSON.stringify({ model: "gpt-4o-mini", choices, usage })));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => provider.once("listening", resolve));
  demo = await openDemoServer({ connectionAllowPrivate: true });
});
afterEach(async () => {
  await demo.close();
  provider.closeAllConnections();
  await new Promise((resolve) => provider.close(resolve));
});

test("connections are made of a variable or standard input, tested, changed and removed, and no credential is shown", async () => {
  const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`;
  const place = "--environment production";
  await demo.check(`connections list ${place}`, EXIT.ok, { stdout: "production has none." });
  const create = `connections create OpenAI --provider openai --base-url ${url} --budget 0.5 ${place}`;
  await demo.check("connections create OpenAI", EXIT.usage, { stderr: "Whose credential is it?" });
  await demo.check(create, EXIT.usage, { stderr: "Standard input holds no credential." });
  await demo.check(`${create} --secret-env NOT_SET`, EXIT.usage, { stderr: "NOT_SET holds no credential." });
  await demo.check(`${create} --format soap`, EXIT.usage, { stderr: "There is no format soap." });
  await demo.check(create.replace("0.5", "much"), EXIT.usage, { stderr: "A budget is dollars a day" });
  await demo.check(create, EXIT.ok, { stderr: "dimmer connections test" }, { stdin: `${SECRET}\n` });

  const [made] = await demo.jsonOf<ConnectionView[]>(`connections list ${place}`);
  const id = made?.id ?? "";
  expect(made).toMatchObject({ name: "OpenAI", dailyBudgetMicroUsd: 500_000, region: null });
  const tested = `connections test ${id} --model gpt-4o-mini ${place}`;
  await demo.check(`connections test ${id} ${place}`, EXIT.usage, { stderr: "Which model is to be called?" });
  await demo.check(tested, EXIT.ok, { stdout: "gpt-4o-mini answered in " });
  await demo.check(`connections list ${place}`, EXIT.ok, { stdout: "1 call, $0.00000200 of $0.500" });
  status = 401;
  await demo.check(tested, EXIT.failed, { stdout: "The provider refused the credential (401)." });

  await demo.check(`connections update ${id} ${place}`, EXIT.usage, { stderr: "What is to change" });
  const env = { DIMMER_URL: demo.server.url, DIMMER_TOKEN: demo.keys.admin, KEY: "another-credential" };
  await demo.check(`connections update ${id} --region eu --budget none --secret-env KEY ${place}`, EXIT.ok, {}, { env });
  await demo.check(`connections update ${id} --name Ours --region none ${place}`, EXIT.ok, { stdout: "Changed Ours." });
  status = 200;
  await demo.check(tested, EXIT.ok);
  expect(keys).toEqual([`Bearer ${SECRET}`, `Bearer ${SECRET}`, "Bearer another-credential"]);
  const all = await demo.run(["connections", "list", "--environment", "production", "--json"]);
  expect(all.stdout).not.toMatch(/sk-cli|another-credential/u);

  await demo.check(`connections remove ${id} ${place}`, EXIT.usage, { stderr: "Remove Ours" });
  await demo.check(`connections remove ${id} --yes ${place}`, EXIT.ok, { stdout: "Removed Ours." });
  await demo.check(`connections remove ${id} --yes ${place}`, EXIT.notFound);
});
