/** Hashes passwords so that whoever has the store must pay for every guess, and looks at every sign-in equally long. */

import { scrypt, timingSafeEqual } from "node:crypto";
import type * as Argon2 from "@node-rs/argon2";
import { createTurns } from "../storage/turns.ts";

/** Passwords that may wait for their turn: one at a time, as each takes 19 MiB and a thread of Node's pool, which files need too. */
const WAITING = 64;

/** RFC 9106 leaves the choice; these are the smallest that OWASP names for Argon2id. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const ARGON2_PREFIX = `$argon2id$v=19$m=${ARGON2.memoryCost},t=${ARGON2.timeCost},p=${ARGON2.parallelism}$`;
/** As strong, by the same source, and in Node itself. */
const SCRYPT = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 } as const;
const SCRYPT_PREFIX = "$scrypt$ln=15,r=8,p=3$";
const SALT_BYTES = 16;
const HASH_BYTES = 32;

export interface Passwords {
  /** Shape: a PHC string. */
  hash(password: string): Promise<string>;
  /** Whether it is this one. Without a hash to compare with it works as long and says no, so that time tells nobody who has an account. */
  verify(hash: string | null, password: string): Promise<boolean>;
  /** Whether a hash was made with other parameters than a new one would be. */
  isOutdated(hash: string): boolean;
}

export interface PasswordPorts {
  readonly random: (bytes: number) => Uint8Array;
  /** Gives the native module, or rejects where this machine has none. */
  readonly loadArgon2?: () => Promise<Pick<typeof Argon2, "hash" | "verify">>;
}

/**
 * Argon2id, or scrypt where the native module does not load; both kinds are verified wherever they can be.
 *
 * Errors: `ProblemError("too-many-requests")` beyond the bound of those that wait.
 * Source: ADR-0036; reliability A36.
 */
export async function openPasswords({ random, loadArgon2 = loadNative }: PasswordPorts): Promise<Passwords> {
  const argon2 = await loadArgon2().catch(() => undefined);
  const turns = createTurns(WAITING, "passwords", "too-many-requests");
  const make = async (password: string): Promise<string> => {
    const salt = random(SALT_BYTES);
    return argon2 === undefined ? await hashByScrypt(password, salt) : await argon2.hash(plain(password), { ...ARGON2, salt });
  };
  const compare = async (hash: string, password: string): Promise<boolean> => {
    if (hash.startsWith("$scrypt$")) return await verifyByScrypt(hash, password);
    if (argon2 !== undefined) return await argon2.verify(hash, plain(password));
    throw new Error("A password was hashed with Argon2, and @node-rs/argon2 does not load here. Install it for this platform.");
  };
  // Of a password that nobody has.
  const nobody = await make(Buffer.from(random(HASH_BYTES)).toString("hex"));
  return {
    hash: (password) => turns.take(() => make(password)),
    verify: (hash, password) => turns.take(async () => (await compare(hash ?? nobody, password)) && hash !== null),
    isOutdated: (hash) => !hash.startsWith(argon2 === undefined ? SCRYPT_PREFIX : ARGON2_PREFIX),
  };
}

const loadNative = () => import("@node-rs/argon2");

/** Two keyboards may write the same letters differently. */
const plain = (password: string): string => password.normalize("NFC");

async function hashByScrypt(password: string, salt: Uint8Array): Promise<string> {
  const hash = await deriveByScrypt(password, salt);
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replaceAll("=", "");
  return `${SCRYPT_PREFIX}${base64(salt)}$${base64(hash)}`;
}

async function verifyByScrypt(hash: string, password: string): Promise<boolean> {
  const [salt = "", expected = ""] = hash.slice(SCRYPT_PREFIX.length).split("$");
  const given = await deriveByScrypt(password, Buffer.from(salt, "base64"));
  const stored = Buffer.from(expected, "base64");
  return stored.length === given.length && timingSafeEqual(stored, given);
}

async function deriveByScrypt(password: string, salt: Uint8Array): Promise<Uint8Array> {
  return await new Promise((resolve, reject) => {
    scrypt(plain(password), salt, HASH_BYTES, SCRYPT, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
