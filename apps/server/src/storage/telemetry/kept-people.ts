/** The sketches of people as they are stored: one for each day and address, each batch merged into it. */

import type { DuckDBValue } from "@duckdb/node-api";
import {
  ADDRESS_BITS,
  mergeRegisters,
  newRegisters,
  PEOPLE_BITS,
  readRegisters,
  type Registers,
  writeRegisters,
} from "@dimmer/sdk-core";
import { TELEMETRY_LIMITS } from "../../telemetry/limits.ts";
import type { ReceivedBatch } from "../../telemetry/telemetry-store.ts";
import { dayOf } from "../../telemetry/times.ts";
import { PUT_SKETCH, SKETCH } from "./duckdb-tables.ts";
import type { Run } from "./open-questions.ts";

/**
 * Shape:  `add` runs inside the transaction of its caller, who calls `forget` where that fails: what is at hand is then no longer
 *         what is stored.
 */
export interface KeptPeople {
  add(batches: readonly ReceivedBatch[]): Promise<void>;
  forget(): void;
}

interface Kept {
  readonly key: DuckDBValue[];
  readonly registers: Registers;
}

export function openKeptPeople(run: Run): KeptPeople {
  const atHand = new Map<string, Kept>();

  const keptFor = async (key: DuckDBValue[], bits: number): Promise<Kept> => {
    const name = JSON.stringify(key);
    const known = atHand.get(name);
    if (known !== undefined) return known;
    const stored = (await run(SKETCH, key))[0]?.["sketch"];
    const registers = typeof stored === "string" ? readRegisters(stored, bits) : undefined;
    const kept = { key, registers: registers ?? newRegisters(bits) };
    if (atHand.size >= TELEMETRY_LIMITS.cachedSketches) atHand.clear();
    atHand.set(name, kept);
    return kept;
  };

  return {
    async add(batches) {
      const changed = new Set<Kept>();
      for (const { project, environment, batch } of batches) {
        const day = dayOf(batch.minute);
        for (const { flag = "", path = "", rule = "", sketch } of batch.people) {
          const bits = flag === "" ? PEOPLE_BITS : ADDRESS_BITS;
          const registers = readRegisters(sketch, bits);
          if (registers === undefined) continue;
          const kept = await keptFor([project, environment, flag, path, rule, day], bits);
          // Most people were there before, and most sketches are stored as they are.
          if (registers.every((rank, at) => rank <= (kept.registers[at] as number))) continue;
          mergeRegisters(kept.registers, registers);
          changed.add(kept);
        }
      }
      for (const { key, registers } of changed) await run(PUT_SKETCH, [...key, writeRegisters(registers)]);
    },
    forget: () => atHand.clear(),
  };
}
