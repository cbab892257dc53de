/** Passwords: two ways to hash, equal work for everybody, and a bound. */

import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { openPasswords } from "./hash-password.ts";

const random = (bytes: number) => new Uint8Array(randomBytes(bytes));
const WAYS = {
  argon2: () => openPasswords({ random }),
  scrypt: () => openPasswords({ random, loadArgon2: () => Promise.reject(new Error("no binary for this platform")) }),
};
const PREFIX = { argon2: "$argon2id$v=19$m=19456,t=2,p=1$", scrypt: "$scrypt$ln=15,r=8,p=3$" };

test.each(["argon2", "scrypt"] as const)("%s knows its password and no other, and never makes one hash twice", async (way) => {
  const passwords = await WAYS[way]();
  const hash = await passwords.hash("correct horse battery");
  expect([hash.startsWith(PREFIX[way]), passwords.isOutdated(hash)]).toEqual([true, false]);
  expect(await passwords.hash("correct horse battery")).not.toBe(hash);
  expect(await passwords.verify(hash, "correct horse battery")).toBe(true);
  expect(await passwords.verify(hash, "correct horse batterz")).toBe(false);
  // One letter with its accent, and the same as two characters.
  expect(await passwords.verify(await passwords.hash("caf\u00e9 caf\u00e9 caf\u00e9"), "cafe\u0301 cafe\u0301 cafe\u0301")).toBe(
    true,
  );
});

test("a hash of scrypt still counts where Argon2 loads, and is made anew", async () => {
  const [argon2, scrypt] = [await WAYS.argon2(), await WAYS.scrypt()];
  const old = await scrypt.hash("correct horse battery");
  expect([await argon2.verify(old, "correct horse battery"), argon2.isOutdated(old)]).toEqual([true, true]);
  const made = await argon2.hash("correct horse battery");
  await expect(scrypt.verify(made, "correct horse battery")).rejects.toThrow(/does not load here/u);
});

test("without a hash it works as long and says no", async () => {
  const passwords = await WAYS.argon2();
  const hash = await passwords.hash("correct horse battery");
  // CPU time, of the threads that hash too: other programs of the machine do not count.
  const timeOf = async (known: string | null) => {
    const before = process.cpuUsage();
    expect(await passwords.verify(known, "wrong horse battery")).toBe(false);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  let [known, unknown] = [0, 0];
  for (let round = 0; round < 15; round++) {
    known += await timeOf(hash);
    unknown += await timeOf(null);
  }
  expect(unknown / known).toBeGreaterThan(0.5);
  expect(unknown / known).toBeLessThan(2);
});

test("those beyond the bound are told to come back, and those that wait all get their turn", async () => {
  const passwords = await WAYS.argon2();
  const asked = await Promise.allSettled(Array.from({ length: 80 }, () => passwords.verify(null, "x")));
  const refused = asked.filter(({ status }) => status === "rejected");
  expect(refused).toHaveLength(80 - 65);
  expect(refused[0]).toMatchObject({ reason: { code: "too-many-requests" } });
  expect(await passwords.verify(null, "x")).toBe(false);
});
