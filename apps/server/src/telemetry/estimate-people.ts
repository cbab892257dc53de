/** How many people there were, from the sketches of several days. */

import {
  ADDRESS_BITS,
  estimateCount,
  mergeRegisters,
  newRegisters,
  PEOPLE_BITS,
  readRegisters,
  type Registers,
  standardError,
} from "@dimmer/sdk-core";
import type { AddressPeople, PeopleEstimate, PeopleView } from "@dimmer/protocol";
import type { PeopleRow } from "./telemetry-store.ts";

/**
 * Shape:  rows of a week, `today` is the beginning of its last day; whoever was there on several days counts once.
 * Errors: none; a sketch that cannot be read counts nobody.
 * Source: ADR-0026.
 */
export function estimatePeople(rows: readonly PeopleRow[], today: number): PeopleView {
  const everybody = rows.filter(({ flag }) => flag === null);
  const pinned: Record<string, number> = Object.create(null) as Record<string, number>;
  const addresses: AddressPeople[] = [];
  for (const { flag, path, rule, sketches } of byAddress(rows)) {
    const people = Math.round(estimateCount(merge(sketches, ADDRESS_BITS)));
    if (path === "pin") pinned[flag] = people;
    else addresses.push({ flag, rule: rule ?? "default", people });
  }
  return {
    today: estimate(everybody.filter(({ day }) => day === today)),
    week: estimate(everybody),
    addresses,
    pinned,
    error: standardError(ADDRESS_BITS),
  };
}

function estimate(rows: readonly PeopleRow[]): PeopleEstimate {
  const registers = merge(
    rows.map(({ sketch }) => sketch),
    PEOPLE_BITS,
  );
  return { people: Math.round(estimateCount(registers)), error: standardError(PEOPLE_BITS) };
}

function merge(sketches: readonly string[], bits: number): Registers {
  const merged = newRegisters(bits);
  for (const sketch of sketches) mergeRegisters(merged, readRegisters(sketch, bits) ?? newRegisters(bits));
  return merged;
}

interface Address {
  readonly flag: string;
  readonly path: string | null;
  readonly rule: string | null;
  readonly sketches: string[];
}

function byAddress(rows: readonly PeopleRow[]): readonly Address[] {
  const addresses = new Map<string, Address>();
  for (const { flag, path, rule, sketch } of rows) {
    if (flag === null) continue;
    const name = JSON.stringify([flag, path, path === "pin" ? null : rule]);
    const address: Address = addresses.get(name) ?? { flag, path, rule, sketches: [] };
    addresses.set(name, address);
    address.sketches.push(sketch);
  }
  return [...addresses.values()];
}
