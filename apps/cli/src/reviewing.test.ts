/** Edits that wait for review, from the command line, against a real server. */

import { writeFileSync } from "node:fs";
import type { ChangeRequestDetails, CreatedKey, FlagView } from "@dimmer/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DemoServer, openDemoServer } from "./demo-server.contract.ts";
import { EXIT } from "./exit-codes.ts";

let demo: DemoServer;
/** Somebody else, who may review. */
let bob: { readonly env: Record<string, string> };

describe("reviews", () => {
  beforeEach(async () => {
    demo = await openDemoServer();
    const key = await demo.jsonOf<CreatedKey>("keys create admin --role publisher --name bob");
    bob = { env: { DIMMER_URL: demo.server.url, DIMMER_TOKEN: key.secret } };
    await demo.check("environments require-review production", EXIT.ok, { stdout: "wait for 1 approval." });
  });
  afterEach(() => demo.close());

  const propose = async () => {
    const { stdout } = await demo.check("ramp summarizer opus 40 --yes", EXIT.ok, { stdout: "it waits for review as request_" });
    return /request_\w+/u.exec(stdout)?.[0] ?? "";
  };

  test("an edit waits, somebody else approves it, and then it is applied; a kill does not wait", async () => {
    await demo.check("ramp summarizer opus 40 --dry-run", EXIT.ok, { stderr: "production requires an approval." });
    const id = await propose();
    await demo.check("reviews list", EXIT.ok, { stdout: id });
    await demo.check(`reviews show ${id}`, EXIT.ok, { stdout: "0 of 1 approvals" });
    await demo.check(`reviews approve ${id} --yes`, EXIT.auth, { stderr: "cannot approve it" });
    await demo.check(`reviews apply ${id} --yes`, EXIT.conflict, { stderr: "One more approval is needed" });
    await demo.check(`reviews approve ${id} --yes --comment Fine`, EXIT.ok, { stdout: `Approved ${id}.` }, bob);
    await demo.check(`reviews show ${id}`, EXIT.ok, { stdout: "bob: Fine" });
    expect((await demo.jsonOf<ChangeRequestDetails>(`reviews show ${id}`)).isReady).toBe(true);
    await demo.check(`reviews apply ${id} --yes`, EXIT.ok, { stdout: "opus" });
    await demo.check("reviews list", EXIT.ok, { stdout: "There are none." });
    await demo.check("reviews list --state applied", EXIT.ok, { stdout: id });
    await demo.check("kill summarizer --yes", EXIT.ok);
    expect((await demo.jsonOf<FlagView>("flags show summarizer")).environments["production"]?.config.enabled).toBe(false);
  });

  test("one that is rejected or withdrawn is settled; what was edited meanwhile is shown", async () => {
    const first = await propose();
    await demo.check(`reviews withdraw ${first} --yes`, EXIT.auth, { stderr: "Only who proposed" }, bob);
    await demo.check(`reviews withdraw ${first} --yes`, EXIT.ok, { stdout: `Withdrew ${first}.` });
    const second = await propose();
    await demo.check(`reviews approve ${second} --yes`, EXIT.ok, {}, bob);
    await demo.check("environments require-review production 0", EXIT.ok, { stdout: "take no review" });
    await demo.check("ramp summarizer opus 30 --yes", EXIT.ok);
    await demo.check("environments require-review production 2", EXIT.ok, { stdout: "2 approvals" });
    await demo.check("environments list", EXIT.ok, { stdout: "2 approvals" });
    await demo.check(`reviews show ${second}`, EXIT.ok, { stderr: "was changed since this was proposed" });
    await demo.check(`reviews apply ${second} --yes`, EXIT.conflict, { stderr: "does not fit what is there now" });
    await demo.check(`reviews reject ${second} --yes`, EXIT.ok, { stdout: `Rejected ${second}.` }, bob);
    await demo.check("reviews list --all", EXIT.ok, { stdout: "rejected" });
    await demo.check("reviews list --state maybe", EXIT.usage, { stderr: "not maybe" });
    await demo.check("environments require-review production many", EXIT.usage, { stderr: "not many" });
  });

  test("a file that is applied waits too", async () => {
    const { stdout } = await demo.check("export", EXIT.ok);
    writeFileSync(`${demo.cwd}/flags.yaml`, stdout.replace("Which model writes summaries", "Which one writes summaries"));
    await demo.check("apply flags.yaml --yes", EXIT.ok, { stdout: "it waits for review as request_" });
  });
});
