/** Signing a command in: it shows a short code, and a person who is signed in confirms it in the dashboard. */

import { type DeviceAnswer, type DeviceLogin, type PendingDevice, ProblemError } from "@dimmer/protocol";
import { drawSecret, secretHash } from "../access/key-secret.ts";
import type { PersonRecord } from "../storage/person-record.ts";
import type { PeoplePorts } from "./people-ports.ts";
import { createPersonalToken } from "./personal-tokens.ts";
import { takeAttempt } from "./sign-in.ts";

export const DEVICE_LIMITS = {
  /** How long a code can be confirmed. */
  lifeMs: 10 * 60 * 1000,
  /** How often the command may ask. */
  intervalSeconds: 2,
  /** Codes that wait at once; they live in memory, and a command whose code is gone starts anew. */
  pending: 1_000,
} as const;

interface Pending {
  readonly userCode: string;
  readonly deviceHash: string;
  readonly name: string;
  readonly address: string;
  readonly createdAt: number;
  /** Who allowed it; null: it was denied. */
  person?: string | null;
}

export interface DeviceLogins {
  /** Errors: `ProblemError("too-many-requests")` from one address too often, or with too many waiting. */
  start(order: { readonly name: string; readonly address: string }): DeviceLogin;
  /** Shape: `expired` also for a code that was never there. With `allowed` it gives the token, once. */
  poll(deviceCode: string): Promise<DeviceAnswer>;
  /** Errors: `ProblemError("not-found")` for no such code; too-many-requests for whoever guesses. */
  look(person: PersonRecord, userCode: string): PendingDevice;
  decide(person: PersonRecord, order: { readonly userCode: string; readonly allow: boolean }): PendingDevice;
}

/**
 * Opens the memory of codes.
 *
 * Shape:  as RFC 8628 has it; the token is made only when the command fetches it, so that it is kept nowhere.
 * Source: ADR-0036; RFC 8628.
 */
export function openDeviceLogins(ports: PeoplePorts): DeviceLogins {
  const waiting = new Map<string, Pending>();

  function dropOld(): void {
    for (const [code, { createdAt }] of waiting) if (ports.clock() - createdAt >= DEVICE_LIMITS.lifeMs) waiting.delete(code);
  }

  /** Whoever may confirm anything could also guess, so guesses are counted by person. */
  function find(person: PersonRecord, typed: string): Pending {
    const forgive = takeAttempt(ports, { account: `device/${person.id}` });
    dropOld();
    const found = waiting.get(plain(typed));
    if (found === undefined || found.person !== undefined)
      throw new ProblemError(
        "not-found",
        "No command waits with this code. Look whether it is typed right, or start `dimmer login` again.",
      );
    forgive();
    return found;
  }

  return {
    start({ name, address }) {
      takeAttempt(ports, { address });
      dropOld();
      if (waiting.size >= DEVICE_LIMITS.pending)
        throw new ProblemError("too-many-requests", "Too many commands sign in at once. Try again later.");
      const deviceCode = drawSecret("device", ports.random);
      const userCode = drawUserCode(ports);
      const pending = { userCode, deviceHash: secretHash(deviceCode), name, address, createdAt: ports.clock() };
      waiting.set(plain(userCode), pending);
      const verificationUrl = `${ports.publicUrl()}/device?code=${userCode}`;
      const { lifeMs, intervalSeconds } = DEVICE_LIMITS;
      return { deviceCode, userCode, verificationUrl, expiresInSeconds: lifeMs / 1_000, intervalSeconds };
    },
    async poll(deviceCode) {
      dropOld();
      const hash = secretHash(deviceCode);
      const [code, found] = [...waiting].find(([, { deviceHash }]) => deviceHash === hash) ?? [];
      if (code === undefined || found === undefined) return { status: "expired" };
      if (found.person === undefined) return { status: "pending" };
      waiting.delete(code);
      const person = found.person === null ? null : await ports.store.getPerson(found.person);
      if (person === null || person.disabledAt !== null) return { status: "denied" };
      const token = await createPersonalToken(ports, person, { name: `dimmer login on ${found.name}` });
      return { status: "allowed", token, person: { id: person.id, name: person.name } };
    },
    look: (person, userCode) => view(find(person, userCode)),
    decide(person, { userCode, allow }) {
      const found = find(person, userCode);
      found.person = allow ? person.id : null;
      return view(found);
    },
  };
}

/** No vowels, so that no words come out; as RFC 8628 6.1 proposes. */
const LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

/** Shape: `WDJB-MJHT`: 34 random bits, for ten minutes and ten guesses a minute. */
function drawUserCode({ random }: PeoplePorts): string {
  // 240 is the largest multiple of 20 in a byte; beyond it some letters would come more often.
  const letters: string[] = [];
  while (letters.length < 8)
    for (const byte of random(16)) if (byte < 240 && letters.length < 8) letters.push(LETTERS[byte % 20] ?? "");
  return `${letters.slice(0, 4).join("")}-${letters.slice(4).join("")}`;
}

const plain = (userCode: string): string => userCode.toUpperCase().replaceAll(/[^A-Z]/gu, "");

const view = ({ userCode, name, address, createdAt }: Pending): PendingDevice => ({
  userCode,
  name,
  address,
  createdAt: new Date(createdAt).toISOString(),
});
