/** Kill links from the command line, against a real server. */

import type { FlagView, LinkView } from "@dimmer/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DemoServer, openDemoServer } from "./demo-server.contract.ts";
import { EXIT } from "./exit-codes.ts";

let demo: DemoServer;

describe("links", () => {
  beforeEach(async () => void (demo = await openDemoServer()));
  afterEach(() => demo.close());

  test("create prints an address that kills; list shows it without its secret; revoke ends it", async () => {
    await demo.check("links list", EXIT.ok, { stdout: "There are none." });
    const { stdout } = await demo.check("links create summarizer --name pager", EXIT.ok, {
      stderr: "Whoever has it can kill summarizer in production, and nothing else.",
    });
    const url = stdout.trim();
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url, { method: "POST" })).status).toBe(200);
    const { environments } = await demo.jsonOf<FlagView>("flags show summarizer");
    expect(environments["production"]?.config.enabled).toBe(false);
    await demo.check("history summarizer", EXIT.ok, { stdout: "pager via link" });
    const { stdout: listed } = await demo.check("links list", EXIT.ok, { stdout: "kill summarizer" });
    expect(listed).not.toContain(url.slice(-20));
    const [link] = await demo.jsonOf<LinkView[]>("links list");
    await demo.check(`links revoke ${link?.id}`, EXIT.usage, { stderr: "which can kill summarizer" });
    await demo.check(`links revoke ${link?.id} --yes`, EXIT.ok, { stdout: `Revoked ${link?.id} (pager).` });
    expect((await fetch(url, { method: "POST" })).status).toBe(404);
    await demo.check("links list", EXIT.ok, { stdout: "revoked 20" });
    await demo.check("links revoke link_absent", EXIT.notFound, { stderr: "There is no link link_absent" });
  });

  test("create for a variant, until a time", async () => {
    await demo.check("links create summarizer:opus --expires-at 2099-01-01T00:00:00Z", EXIT.ok, {
      stderr: "can stop summarizer:opus",
    });
    await demo.check("links list", EXIT.ok, { stdout: "until 2099-01-01T00:00:00.000Z" });
    await demo.check("links create summarizer --expires-at tomorrow", EXIT.usage, { stderr: "--expires-at takes a date" });
    await demo.check("links create summarizer:absent", EXIT.notFound, { stderr: "no variant absent" });
  });
});
