/** Values as they were stored, and with one character of them changed. */

import { expect, onTestFinished, test } from "vitest";
import { buildSnapshot } from "./build-snapshot.ts";
import { checkStoredValues } from "./check-stored-values.ts";
import { create, openTestProject, PROJECT, SUMMARIZER } from "./sample-project.contract.ts";

async function snapshot() {
  const project = await openTestProject();
  onTestFinished(() => project.ports.store.close());
  await project.apply([create("summarizer", SUMMARIZER)]);
  return await buildSnapshot(project.ports.store, PROJECT, "production");
}

test("values that are what they were pass", async () => {
  const sound = await snapshot();
  expect(Object.keys(sound.values).length).toBeGreaterThan(1);
  expect(() => checkStoredValues(sound)).not.toThrow();
});

test("[store-damaged] a value with one other character is refused, by its name", async () => {
  const sound = await snapshot();
  const values = Object.fromEntries(Object.entries(sound.values).map(([digest, text]) => [digest, text.replace("opus", "opur")]));
  expect(() => checkStoredValues({ ...sound, values })).toThrow(
    expect.objectContaining({
      code: "store-unavailable",
      message: expect.stringContaining("summarizer:opus in shop/production"),
    }),
  );
});

test("an earlier value that a pin may hold is looked at too", async () => {
  const sound = await snapshot();
  const { summarizer } = sound.flags;
  if (summarizer === undefined) throw new Error("The flag is there.");
  const opus = { ...summarizer.variants["opus"], earlier: { "1": "sha256-of-nothing" } } as (typeof summarizer.variants)[string];
  const flags = { summarizer: { ...summarizer, variants: { ...summarizer.variants, opus } } };
  expect(() => checkStoredValues({ ...sound, flags })).toThrow("a value of summarizer:opus");
});
