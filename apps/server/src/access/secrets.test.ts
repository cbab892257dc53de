/** The secret key and what hangs on it: found or made, derived, sealed, opened, rotated. */

import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listAudit } from "../audit/list-audit.ts";
import { createEnvironment } from "../environments/environments.ts";
import { initialiseInstallation } from "../environments/installation.ts";
import { author, EVERYWHERE, openTestPorts, SECRET_KEY, seededBytes } from "./sample-ports.contract.ts";
import { deriveKeys } from "./derive-keys.ts";
import { loadSecretKey } from "./load-secret-key.ts";
import { openSecret, sealSecret } from "./seal-secret.ts";
import { listSigningKeys, rotateSigningKey } from "./signing-keys.ts";

describe("loadSecretKey", () => {
  let dataDir = "";
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "dimmer-secret-"));
  });
  afterEach(async () => {
    await rm(dataDir, { recursive: true, force: true });
  });
  const random = seededBytes(5);
  const write = async (name: string, text: string, mode: number): Promise<string> => {
    const path = join(dataDir, name);
    await writeFile(path, text);
    await chmod(path, mode);
    return path;
  };

  it("makes one in the data directory, for its owner only, and finds it again", async () => {
    const nested = join(dataDir, "new", "directory");
    const made = await loadSecretKey({ dataDir: nested, generate: true, random });
    expect(Buffer.byteLength(made)).toBeGreaterThanOrEqual(32);
    expect((await stat(join(nested, "secret.key"))).mode & 0o777).toBe(0o600);
    expect(await loadSecretKey({ dataDir: nested, generate: false, random })).toBe(made);
    expect((await readFile(join(nested, "secret.key"), "utf8")).trim()).toBe(made);
  });

  it("makes the same one when two starts race", async () => {
    const [one, other] = await Promise.all([1, 2].map(() => loadSecretKey({ dataDir, generate: true, random })));
    expect(one).toBe(other);
  });

  it("prefers the value, then the named file, then the data directory", async () => {
    await write("secret.key", "d".repeat(32), 0o600);
    const file = await write("named", `${"f".repeat(32)}\n`, 0o400);
    const base = { dataDir, generate: true, random };
    expect(await loadSecretKey({ ...base, value: "v".repeat(32), file })).toBe("v".repeat(32));
    expect(await loadSecretKey({ ...base, file })).toBe("f".repeat(32));
    expect(await loadSecretKey(base)).toBe("d".repeat(32));
  });

  it.each([0o604, 0o644, 0o666, 0o620, 0o607])("refuses a file that is open to others: %o", async (mode) => {
    const file = await write("named", "f".repeat(32), mode);
    const loading = loadSecretKey({ dataDir, file, generate: true, random });
    await expect(loading).rejects.toMatchObject({
      code: "invalid-request",
      message: expect.stringContaining(`chmod 600 ${file}`),
    });
    await expect(loading).rejects.not.toMatchObject({ message: expect.stringContaining("ffff") });
  });

  it("refuses what is too short, absent, or not to be made", async () => {
    const base = { dataDir, random };
    await expect(loadSecretKey({ ...base, generate: false })).rejects.toThrow("There is no secret key");
    await expect(loadSecretKey({ ...base, generate: true, value: "é".repeat(15) })).rejects.toThrow("at least 32 bytes");
    await expect(loadSecretKey({ ...base, generate: true, file: join(dataDir, "absent") })).rejects.toThrow("ENOENT");
    expect(await loadSecretKey({ ...base, generate: false, value: "é".repeat(16) })).toBe("é".repeat(16));
  });
});

describe("sealing", () => {
  const { sealing } = deriveKeys(SECRET_KEY);
  const secret = new TextEncoder().encode("webhook 🎉");
  const sealed = sealSecret(sealing, secret, "signing-key/1", seededBytes(3));

  it("opens with the same key in the same place, and shows nothing", () => {
    expect(sealed).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]+$/);
    expect(openSecret(sealing, sealed, "signing-key/1")).toEqual(secret);
    expect(sealSecret(sealing, secret, "signing-key/1", seededBytes(4))).not.toBe(sealed);
  });

  it.each([
    [
      "another key",
      (text: string) => openSecret(deriveKeys(`${SECRET_KEY}!`).sealing, text, "signing-key/1"),
      "another DIMMER_SECRET_KEY",
    ],
    ["another place", (text: string) => openSecret(sealing, text, "signing-key/2"), "damaged or was moved"],
    ["another format", (text: string) => openSecret(sealing, text.replace("v1", "v2"), "signing-key/1"), "does not know"],
    ["something behind it", (text: string) => openSecret(sealing, `${text}.x`, "signing-key/1"), "does not know"],
    ["half of it", (text: string) => openSecret(sealing, text.slice(0, -12), "signing-key/1"), "damaged"],
    ["no content", (text: string) => openSecret(sealing, text.split(".").slice(0, 3).join("."), "signing-key/1"), "damaged"],
  ])("does not open with %s", (_, opening, why) => {
    expect(() => opening(sealed)).toThrow(why);
  });

  it("does not open with any one character changed", () => {
    for (let index = sealed.lastIndexOf(".") + 1; index < sealed.length; index += 1) {
      const changed = `${sealed.slice(0, index)}${sealed[index] === "A" ? "B" : "A"}${sealed.slice(index + 1)}`;
      if (Buffer.from(changed.split(".")[3] ?? "", "base64url").equals(Buffer.from(sealed.split(".")[3] ?? "", "base64url")))
        continue;
      expect(() => openSecret(sealing, changed, "signing-key/1")).toThrow("damaged");
    }
  });

  it("derives a key for each use, and the same ones always", () => {
    const keys = deriveKeys(SECRET_KEY);
    expect(deriveKeys(SECRET_KEY)).toEqual(keys);
    const hex = [keys.sealing.key, keys.audit].map((key) => Buffer.from(key).toString("hex"));
    expect(new Set([...hex, ...hex.map((key) => key.slice(0, 32)), keys.check]).size).toBe(5);
    expect(deriveKeys("z".repeat(32)).check).not.toBe(keys.check);
    // Permanent: a store that was made with a key must open with it for ever.
    expect([keys.sealing.id, keys.check]).toEqual(["ebefd897", "2bac71b7976ef9fcf7c1595a9e612851"]);
  });
});

describe("signing keys", () => {
  it("come with the environment, rotate, and keep the old one to verify with", async () => {
    const ports = await openTestPorts();
    await initialiseInstallation(ports, {
      project: { key: "shop", name: "Shop" },
      environment: { key: "production", name: "P", production: true },
    });
    const place = { project: "shop", environment: "production" };
    const [first, ...none] = await listSigningKeys(ports.store, ports.sealing, place);
    expect(none).toEqual([]);
    expect(first).toMatchObject({ retiredAt: null, key: expect.objectContaining({ length: 32 }) });
    const created = await rotateSigningKey(ports, EVERYWHERE, place);
    const keys = await listSigningKeys(ports.store, ports.sealing, place);
    expect(keys.map(({ id, retiredAt }) => [id, retiredAt])).toEqual([
      [created.id, null],
      [first?.id, 1_000],
    ]);
    expect(keys[1]?.key).toEqual(first?.key);
    expect(Buffer.from(keys[0]?.key ?? []).equals(Buffer.from(first?.key ?? []))).toBe(false);
    const rows = await listAudit(ports.store, "project/shop", { limit: 1 });
    expect(rows[0]).toMatchObject({ action: "signing-key.rotate", details: { created: created.id, retired: [first?.id] } });
    await expect(rotateSigningKey(ports, author("shop", "staging"), place)).rejects.toMatchObject({ code: "forbidden" });
    await expect(rotateSigningKey(ports, EVERYWHERE, { ...place, environment: "none" })).rejects.toMatchObject({
      code: "not-found",
    });
    const staging = { project: "shop", key: "staging", name: "Staging", production: false };
    await createEnvironment(ports, EVERYWHERE, staging);
    expect(await listSigningKeys(ports.store, ports.sealing, { project: "shop", environment: "staging" })).toHaveLength(1);
    await ports.store.close();
  });
});
