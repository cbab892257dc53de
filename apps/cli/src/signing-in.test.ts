/** `dimmer login`, `whoami` and `logout`, against a real server with a person in a browser. */

import { chmodSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CaptureOptions } from "./captured-run.contract.ts";
import { type DemoServer, openDemoServer } from "./demo-server.contract.ts";
import { EXIT } from "./exit-codes.ts";

let demo: DemoServer;
let cookie = "";
let file: string;
/** Of a user with a home and no setting. */
let asUser: Partial<CaptureOptions>;

beforeAll(async () => {
  demo = await openDemoServer();
  const token = demo.server.setupUrl?.split("#token=")[1];
  const answer = await send("/api/v1/setup", { token, name: "Ada", email: "ada@example.com", password: "correct horse battery" });
  cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  file = join(demo.cwd, "config", "dimmer", "credentials.json");
  asUser = { env: { XDG_CONFIG_HOME: join(demo.cwd, "config"), DIMMER_URL: demo.server.url } };
});
afterAll(() => demo.close());

const send = (path: string, body: object) =>
  fetch(demo.server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", "sec-fetch-site": "same-origin", cookie },
    body: JSON.stringify(body),
  });

/** Answers as soon as the command shows its code, as a person at the page would. */
function confirming(allow: boolean): Partial<CaptureOptions> {
  let isDone = false;
  return {
    ...asUser,
    onTalk: (talk) => {
      const userCode = /confirm the code (\S+)\./u.exec(talk)?.[1];
      if (userCode === undefined || isDone) return;
      isDone = true;
      void send("/api/v1/device/confirm", { userCode, allow });
    },
  };
}

describe("login", () => {
  beforeEach(async () => {
    await demo.run(["logout"], asUser);
  });

  test("[in-ones-name] by a code that is confirmed makes every act carry the person's name", async () => {
    await demo.check("kill summarizer --yes", EXIT.auth, { stderr: "dimmer login" }, asUser);
    const login = await demo.check("login", EXIT.ok, { stdout: `Signed in at ${demo.server.url} as Ada.` }, confirming(true));
    expect(login.stderr).toMatch(/Open http:\/\/127\.0\.0\.1:\d+\/device\?code=[B-Z]{4}-[B-Z]{4}\n/u);
    expect(login.stdout + login.stderr).not.toContain("dm_person_");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await demo.check("whoami", EXIT.ok, { stdout: `Ada <ada@example.com> at ${demo.server.url}\n  owner everywhere` }, asUser);
    await demo.check("kill summarizer --yes", EXIT.ok, {}, asUser);
    await demo.check("history summarizer", EXIT.ok, { stdout: "Ada" }, asUser);
    await demo.check("restore summarizer --yes", EXIT.ok, {}, asUser);
    // The server that one signed in at last needs no setting, and a token of the environment goes before.
    const withoutUrl = { env: { XDG_CONFIG_HOME: join(demo.cwd, "config") } };
    await demo.check("whoami", EXIT.ok, { stdout: "Ada" }, withoutUrl);
    await demo.check("whoami", EXIT.failed, { stderr: "service token" });
  });

  test("that is refused, or has nowhere to keep what it gets, keeps nothing", async () => {
    await demo.check("login", EXIT.auth, { stderr: "It was refused in the dashboard." }, confirming(false));
    await demo.check("whoami", EXIT.auth, { stderr: "Nobody is signed in" }, asUser);
    const homeless = { env: { DIMMER_URL: demo.server.url } };
    await demo.check("login", EXIT.usage, { stderr: "no home folder" }, homeless);
    await demo.check("login ftp://x", EXIT.usage, { stderr: "not an http or https address" }, asUser);
  });

  test("by a token from standard input checks it, and a file that others may read is not obeyed", async () => {
    await demo.check("login --token", EXIT.usage, { stderr: "no personal token" }, { ...asUser, stdin: demo.keys.admin });
    await demo.check(
      "login --token",
      EXIT.auth,
      { stderr: "no personal token that counts" },
      { ...asUser, stdin: "dm_person_x" },
    );
    const made = (await (await send("/api/v1/account/tokens", { name: "given" })).json()) as { secret: string };
    await demo.check("login --token", EXIT.ok, { stdout: "as Ada" }, { ...asUser, stdin: `${made.secret}\n` });
    expect(readFileSync(file, "utf8")).toContain(made.secret);
    chmodSync(file, 0o644);
    await demo.check("whoami", EXIT.auth, { stderr: "Nobody is signed in" }, asUser);
    chmodSync(file, 0o600);
    await demo.check("logout", EXIT.ok, { stderr: "The token itself still counts" }, asUser);
    await demo.check("whoami", EXIT.ok, { stdout: "Ada" }, { env: { DIMMER_URL: demo.server.url, DIMMER_TOKEN: made.secret } });
  });
});

test("logout revokes the token and forgets it", async () => {
  await demo.check("login", EXIT.ok, {}, confirming(true));
  const [token = ""] = /dm_person_[\w-]+/u.exec(readFileSync(file, "utf8")) ?? [];
  await demo.check("logout", EXIT.ok, { stdout: `Signed out at ${demo.server.url}.` }, asUser);
  expect(readFileSync(file, "utf8")).not.toContain(token);
  await demo.check("whoami", EXIT.auth, {}, { env: { DIMMER_URL: demo.server.url, DIMMER_TOKEN: token } });
  await demo.check("logout", EXIT.notFound, { stderr: "Nobody is signed in" }, asUser);
});
