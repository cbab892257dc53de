/** A file of kills while somebody writes it. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { waitUntil } from "../../test/wait-until.ts";
import { openKillFile } from "./kill-file.ts";

test.each<[string, (path: string) => void]>([
  ["emptied", (path) => writeFileSync(path, "")],
  ["moved away", (path) => rmSync(path)],
])("one that is %s before it is written switches nothing on, and does if it stays so", async (_name, empty) => {
  const folder = mkdtempSync(join(tmpdir(), "dimmer-kill-file-"));
  const path = join(folder, "kill");
  writeFileSync(path, "text");
  const timers = new Set<() => void>();
  const setTimer = (_delayMs: number, run: () => void) => {
    timers.add(run);
    return () => void timers.delete(run);
  };
  /** Lets everything that waits run, until it waits again. */
  const pass = async () => {
    for (const run of Array.from(timers)) if (timers.delete(run)) run();
    await waitUntil("the next wait", () => timers.size > 0);
  };
  const heard: string[] = [];
  const file = openKillFile({ path, holdProcess: false }, (text) => heard.push(text), { setTimer });
  onTestFinished(() => {
    file.close();
    rmSync(folder, { recursive: true });
  });
  file.follow();
  await waitUntil("the first look", () => timers.size > 0);

  empty(path);
  await pass();
  writeFileSync(path, "text # again");
  await pass();
  expect(heard).toEqual(["text", "text # again"]);
  empty(path);
  await pass();
  await pass();
  expect(heard).toEqual(["text", "text # again", ""]);
});
