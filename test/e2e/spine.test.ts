/** The main job: a flag changed here is decided there within a second, and goes on being decided with the server gone. */

import type { ChangeResult, SdkView } from "@dimmer/protocol";
import { describe, expect, test } from "vitest";
import { type AppProcess, dimmerJson, findFreePort, runDimmer, startApp, startServerProcess } from "./processes.ts";

const users = Array.from({ length: 2_000 }, (_, index) => `user-${index}`);
const WITHIN_MS = 1_000;

async function usersOf(app: AppProcess, variant: string): Promise<ReadonlySet<string>> {
  const variants = await app.ask({ flag: "summarizer", keys: users });
  return new Set(users.filter((_, index) => variants[index] === variant));
}

const isWithin = (few: ReadonlySet<string>, many: ReadonlySet<string>): boolean => [...few].every((user) => many.has(user));

describe("a running app", () => {
  test("[within-a-second] [openfeature] follows `dimmer ramp` of another process, on both faces", async () => {
    const server = await startServerProcess();
    const app = await startApp(server);
    const before = await usersOf(app, "opus");

    const { change } = await dimmerJson<ChangeResult>(["ramp", "summarizer", "25", "--yes"], server);
    const version = change?.versions["production"] ?? 0;
    const late = (await app.hears(version)) - Date.parse(change?.at ?? "");
    expect(late).toBeLessThan(WITHIN_MS);

    const after = await usersOf(app, "opus");
    expect(isWithin(before, after)).toBe(true);
    expect(after.size / users.length).toBeCloseTo(0.25, 1);
    const native = await app.ask({ flag: "summarizer", keys: users });
    expect(await app.ask({ face: "openfeature", flag: "summarizer", keys: users })).toEqual(native);
    expect((await app.state()).openFeatureChanges).toEqual(["summarizer"]);
  });

  test("[server-gone] [catches-up] answers while the server is gone and reaches the newest version when it is back", async () => {
    const port = await findFreePort();
    const first = await startServerProcess({ port });
    const app = await startApp(first);
    const before = await app.ask({ flag: "chat-model", keys: users });

    await first.end("SIGKILL");
    expect(await app.ask({ flag: "chat-model", keys: users })).toEqual(before);
    expect(await app.ask({ face: "openfeature", flag: "chat-model", keys: users })).toEqual(before);

    const second = await startServerProcess({ ...first, port });
    const { change } = await dimmerJson<ChangeResult>(["ramp", "summarizer", "60", "--yes"], second);
    await app.hears(change?.versions["production"] ?? 0);
    expect((await usersOf(app, "opus")).size / users.length).toBeCloseTo(0.6, 1);
    expect(app.isRunning()).toBe(true);
  });

  test("[monotone-ramp] [returns-home] a ramp removes nobody, reaches nobody at 0 % and everybody at 100 %, and undo restores", async () => {
    const server = await startServerProcess();
    const app = await startApp(server);
    const ramp = async (percent: number) => {
      const { change } = await dimmerJson<ChangeResult>(["ramp", "summarizer", String(percent), "--yes"], server);
      await app.hears(change?.versions["production"] ?? 0);
      return await usersOf(app, "opus");
    };

    expect((await ramp(0)).size).toBe(0);
    let held: ReadonlySet<string> = new Set();
    for (const percent of [1, 7.5, 33.333, 80]) {
      const now = await ramp(percent);
      expect(isWithin(held, now)).toBe(true);
      held = now;
    }
    expect((await ramp(100)).size).toBe(users.length);

    const { change } = await dimmerJson<ChangeResult>(["undo", "--yes"], server);
    await app.hears(change?.versions["production"] ?? 0);
    expect(await usersOf(app, "opus")).toEqual(held);
  });

  test("[kill-wins] a kill beats rules and targets, and only restore lifts it", async () => {
    const server = await startServerProcess();
    const app = await startApp(server);
    const serve = async (args: readonly string[]) => {
      const { change } = await dimmerJson<ChangeResult>([...args, "--yes"], server);
      await app.hears(change?.versions["production"] ?? 0);
      return new Set(await app.ask({ flag: "frontier-tier", keys: users.slice(0, 50), context: { plan: "pro" } }));
    };

    expect(new Set(await app.ask({ flag: "frontier-tier", keys: ["user-1"], context: { plan: "pro" } }))).toEqual(
      new Set(["frontier"]),
    );
    expect(await serve(["kill", "frontier-tier"])).toEqual(new Set(["standard"]));
    expect(await serve(["set", "frontier-tier", "frontier"])).toEqual(new Set(["standard"]));
    expect(await serve(["restore", "frontier-tier"])).toEqual(new Set(["frontier"]));
  });

  test("[arrived] a kill ends with how many running SDKs have it, and `sdks list` names them", async () => {
    const server = await startServerProcess();
    await Promise.all([startApp(server), startApp(server)]);
    const { stdout } = await runDimmer(["kill", "summarizer"], { server });
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("All 2 SDKs have it.");
    const { sdks } = await dimmerJson<{ readonly sdks: readonly SdkView[] }>(["sdks", "list"], server);
    expect(sdks.map(({ name, connection, hasArrived }) => [name, connection, hasArrived])).toEqual([
      ["dimmer-node", "streaming", true],
      ["dimmer-node", "streaming", true],
    ]);
    expect(new Set(sdks.map(({ instance }) => instance)).size).toBe(2);
  });

  test("[stop-one] a stopped variant's people get the fallback, and nobody else moves", async () => {
    const server = await startServerProcess();
    const app = await startApp(server);
    const before = await app.ask({ flag: "summarizer", keys: users });
    const { change } = await dimmerJson<ChangeResult>(["stop", "summarizer:opus", "--yes"], server);
    await app.hears(change?.versions["production"] ?? 0);
    const after = await app.ask({ flag: "summarizer", keys: users });
    expect(after).toEqual(before.map((variant) => (variant === "opus" ? "plain" : variant)));
  });
});

test("[graceful] SIGTERM ends the server cleanly, and it listens on loopback", async () => {
  const server = await startServerProcess();
  expect(new URL(server.url).hostname).toBe("127.0.0.1");
  const app = await startApp(server);
  expect((await app.state()).status).toBe("READY");
  expect(await server.end("SIGTERM")).toBe(0);
});

test("[port-taken] a taken port is named, with its mend", async () => {
  const server = await startServerProcess();
  const port = new URL(server.url).port;
  const { code, stderr } = await runDimmer(["serve", "--port", port, "--data-dir", ":memory:"]);
  expect(code).not.toBe(0);
  expect(stderr).toContain(port);
  expect(stderr).toContain("--port");
});
