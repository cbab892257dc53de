/** The mark of a browser in which somebody signed in before, so that strangers who guess cannot keep them out. */

import { createHmac, timingSafeEqual } from "node:crypto";
import type { PeoplePorts } from "./people-ports.ts";

type Ports = Pick<PeoplePorts, "peopleKey" | "random">;

/** Shape: a random name and a proof that this server gave it to this person. It opens nothing. */
export function markBrowser(ports: Ports, person: string): string {
  const name = Buffer.from(ports.random(16)).toString("base64url");
  return `${name}.${proofOf(ports, person, name)}`;
}

/** The browser's name, where its mark is this person's; it has its own limit of tries. */
export function knownBrowser(ports: Pick<Ports, "peopleKey">, person: string, mark: string | undefined): string | undefined {
  const [name = "", proof = ""] = mark?.split(".") ?? [];
  const [given, expected] = [Buffer.from(proof), Buffer.from(proofOf(ports, person, name))];
  return given.length === expected.length && timingSafeEqual(given, expected) ? name : undefined;
}

const proofOf = ({ peopleKey }: Pick<Ports, "peopleKey">, person: string, name: string): string =>
  createHmac("sha256", peopleKey).update(`browser/${person}/${name}`).digest("base64url");
