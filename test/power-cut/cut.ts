/** Cuts the power under a writer, again and again, and looks at what is left. */

import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { verifyAudit } from "../../apps/server/src/audit/verify-audit.ts";
import { openSqliteStore } from "../../apps/server/src/storage/dialects/sqlite.ts";
import type { Store } from "../../apps/server/src/storage/store.ts";
import { CHAIN, ENVIRONMENT, ports, PROJECT, sampleChange } from "./sample-change.ts";

const DATABASE = "control.db";
/** A run that takes longer hangs. */
const RUN_MS = 60_000;

export interface Bench {
  /** What the writer sees. */
  readonly live: string;
  /** What a power cut would leave. */
  readonly shadow: string;
  /** Where what is left is looked at. */
  readonly inspected: string;
  readonly library: string;
  readonly remove: () => void;
}

/** Compiles the disk and lays out its directories. Throws with the compiler's words. */
export function openBench(compiler: string): Bench {
  const directory = mkdtempSync(join(tmpdir(), "dimmer-power-cut-"));
  const library = join(directory, "faulty-disk.so");
  const source = fileURLToPath(new URL("faulty-disk.c", import.meta.url));
  const built = spawnSync(compiler, ["-shared", "-fPIC", "-O2", "-Wall", "-o", library, source, "-ldl"], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(`the faulty disk does not compile: ${built.stderr}`);
  const bench = {
    live: join(directory, "live"),
    shadow: join(directory, "shadow"),
    inspected: join(directory, "inspected"),
    library,
  };
  for (const place of [bench.live, bench.shadow, bench.inspected]) mkdirSync(place);
  return { ...bench, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

export interface Run {
  readonly signal: string | null;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of this folder on the faulty disk. */
export function runOnDisk(
  bench: Bench,
  program: string,
  values: readonly string[],
  disk: Readonly<Record<string, string>>,
): Promise<Run> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const env = { ...process.env, ...disk, LD_PRELOAD: bench.library };
  const options = ["--conditions=dimmer-source", "--import", "tsx", "--no-warnings", path, ...values];
  const child = spawn(process.execPath, options, { env, stdio: ["ignore", "pipe", "pipe"], timeout: RUN_MS });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, ...output }));
  });
}

export const liveFile = (bench: Bench): string => join(bench.live, DATABASE);

export function acknowledgedBy({ stdout }: Run): readonly number[] {
  return [...stdout.matchAll(/^ack (\d+)$/gm)].map(([, sequence]) => Number(sequence));
}

export interface Aftermath {
  readonly lost: readonly number[];
  readonly kept: number;
  /** What is wrong with what is there; empty when all is well. */
  readonly faults: readonly string[];
}

/** One cut: write until the power goes, restart from what was synced, look. The next cut goes on from there. */
export async function cutPower(bench: Bench, acknowledgements: number): Promise<Aftermath> {
  const run = await runOnDisk(bench, "writer.ts", [liveFile(bench), String(acknowledgements)], { DIMMER_SHADOW: bench.shadow });
  const acknowledged = acknowledgedBy(run);
  if (run.signal !== "SIGKILL" || acknowledged.length < acknowledgements) {
    throw new Error(`the writer ended by itself (${run.code ?? run.signal}): ${run.stderr}`);
  }
  restoreFromShadow(bench);
  return await inspect(copyForInspection(bench), acknowledged);
}

/** Looking writes too (the log goes back into the file), and does so past the faulty disk: the next cut must not start from that. */
function copyForInspection({ live, inspected }: Bench): string {
  copyFiles(live, inspected);
  return join(inspected, DATABASE);
}

/** The machine comes back: what was synced is all there is. */
export function restoreFromShadow({ live, shadow }: Bench): void {
  copyFiles(shadow, live);
}

function copyFiles(from: string, to: string): void {
  for (const name of readdirSync(to)) rmSync(join(to, name));
  for (const name of readdirSync(from)) {
    if (!name.endsWith(".tmp")) copyFileSync(join(from, name), join(to, name));
  }
}

/** Opens the store as a start does, and compares every acknowledged change with what it must be. */
export async function inspect(path: string, acknowledged: readonly number[]): Promise<Aftermath> {
  const store = await openSqliteStore({ path });
  try {
    await store.check();
    const kept = await store.lastChangeSequence(PROJECT);
    const lost: number[] = [];
    for (const sequence of acknowledged) if (!(await isKept(store, sequence))) lost.push(sequence);
    return { lost, kept, faults: await findFaults(store, kept) };
  } finally {
    await store.close();
  }
}

async function isKept(store: Store, sequence: number): Promise<boolean> {
  const change = await store.getChange(PROJECT, `change-${sequence}`);
  return change !== null && JSON.stringify(change) === JSON.stringify(sampleChange(sequence));
}

/** A change is never half there: change, version and audit row come together. */
async function findFaults(store: Store, kept: number): Promise<readonly string[]> {
  const faults: string[] = [];
  const version = (await store.getEnvironment(PROJECT, ENVIRONMENT))?.version ?? 0;
  if (version !== kept) faults.push(`the environment is at ${version}, the changes at ${kept}`);
  for (let sequence = 1; sequence <= kept; sequence += 1) {
    if (!(await isKept(store, sequence))) faults.push(`change ${sequence} is missing or torn`);
  }
  if (kept === 0) return faults;
  const verdict = await verifyAudit(store, CHAIN, ports.auditKey);
  if (!verdict.ok) faults.push(`audit: ${verdict.firstBad?.sequence} ${verdict.firstBad?.why}`);
  if (verdict.rows !== kept) faults.push(`${verdict.rows} audit rows for ${kept} changes`);
  return faults;
}

/** The same lengths in every run of the same number of cuts: from a few changes to past the log's checkpoint. */
export function cutLengths(cuts: number, most: number): readonly number[] {
  return Array.from({ length: cuts }, (_, cut) => 1 + ((cut * 7_919) % most));
}
