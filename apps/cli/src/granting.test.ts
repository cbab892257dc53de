/** Roles from the command line, against a real server. */

import type { CreatedKey, RoleView } from "@dimmer/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DemoServer, openDemoServer } from "./demo-server.contract.ts";
import { EXIT } from "./exit-codes.ts";

let demo: DemoServer;

describe("roles", () => {
  beforeEach(async () => void (demo = await openDemoServer()));
  afterEach(() => demo.close());

  test("create makes one that a key can have, which may then do that and nothing else", async () => {
    await demo.check("roles create night-shift --rights read flag.kill", EXIT.ok, {
      stdout: "Created the role night-shift: read, flag.kill.",
    });
    await demo.check("roles list", EXIT.ok, { stdout: "night-shift, made here: read, flag.kill" });
    expect((await demo.jsonOf<RoleView[]>("roles list")).map(({ name }) => name).slice(-2)).toEqual(["owner", "night-shift"]);
    const key = await demo.jsonOf<CreatedKey>("keys create admin --role night-shift --name pager");
    await demo.check("keys list", EXIT.ok, { stdout: "night-shift" });
    const env = { DIMMER_URL: demo.server.url, DIMMER_TOKEN: key.secret };
    await demo.check("kill summarizer --yes", EXIT.ok, {}, { env });
    await demo.check("restore summarizer --yes", EXIT.auth, { stderr: "needs the right flag.restore" }, { env });
    await demo.check("roles delete night-shift --yes", EXIT.conflict, { stderr: "has the role night-shift" });
    await demo.check(`keys revoke ${key.id} --yes`, EXIT.ok);
    await demo.check("roles delete night-shift --yes", EXIT.ok, { stdout: "Deleted the role night-shift." });
  });

  test("a token of the whole installation may do what its role says, in every project", async () => {
    await demo.check("roles create scraper --rights metrics.read", EXIT.ok);
    const key = await demo.jsonOf<CreatedKey>("keys create admin --everywhere --role scraper");
    const headers = { authorization: `Bearer ${key.secret}` };
    expect((await fetch(`${demo.server.url}/metrics`, { headers })).status).toBe(200);
    expect((await fetch(`${demo.server.url}/api/v1/projects`, { headers })).status).toBe(403);
    await demo.check("keys list --everywhere", EXIT.ok, { stdout: "scraper" });
    await demo.check(`keys revoke ${key.id}`, EXIT.notFound, { stderr: "in project demo" });
    await demo.check(`keys revoke ${key.id} --everywhere --yes`, EXIT.ok, { stdout: "scraper everywhere" });
    expect((await fetch(`${demo.server.url}/metrics`, { headers })).status).toBe(401);
    await demo.check("keys create admin --everywhere", EXIT.usage, { stderr: "Say --role" });
    await demo.check("keys create server --everywhere --role scraper", EXIT.usage, { stderr: "belongs to one environment" });
  });

  test("create says what can be said", async () => {
    await demo.check("roles create night-shift", EXIT.usage, { stderr: "Say --rights, some of: read" });
    await demo.check("roles create night-shift --rights flag.kil", EXIT.usage, { stderr: "Did you mean flag.kill" });
    await demo.check("keys create admin --role stranger", EXIT.failed, { stderr: "There is no role stranger" });
  });
});
