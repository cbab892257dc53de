/** Kills a server under writes, over and over, and compares what it acknowledged with what it still knows. */

import { openManagement, type AuditRow, type Change, type Management } from "@dimmer/protocol";
import { drawKeys, findFreePort, makeFolder, type ServerProcess, startServerProcess } from "./processes.ts";

const PROJECT = "demo";
const ENVIRONMENT = "production";
const WRITERS = 4;
/** Between two pages a server may commit more; nothing here is larger. */
const MANY = 100_000;

/** What the cycles found. Empty lists and `ok` are what the promise asks for. */
export interface KillReport {
  readonly acknowledged: number;
  /** Acknowledged changes that a later start did not know, or knew otherwise. */
  readonly lost: readonly string[];
  /** Changes of which the audit log does not hold exactly one row. */
  readonly miscounted: readonly string[];
  /** Changes whose flag, version and log do not agree: half present. */
  readonly torn: readonly string[];
  readonly auditOk: boolean;
}

/** Shape: `aliveMs` gives for each cycle how long the server is written to before `kill -9`. */
export async function killUnderWrites(cycles: number, aliveMs: (cycle: number) => number): Promise<KillReport> {
  const place = { ...drawKeys(), dataDir: makeFolder(), port: await findFreePort() };
  const acknowledged: Change[] = [];
  for (let cycle = 0; cycle < cycles; cycle++) {
    const server = await startServerProcess(place);
    acknowledged.push(...(await writeUntilKilled(server, aliveMs(cycle))));
  }
  const survivor = await startServerProcess(place);
  const report = await compare(openManagement(survivor), acknowledged);
  await survivor.end("SIGTERM");
  return report;
}

/** Several writers at once; each stops at its first unanswered request. Gives what was acknowledged. */
async function writeUntilKilled(server: ServerProcess, aliveMs: number): Promise<readonly Change[]> {
  const management = openManagement({ ...server, sleep: () => Promise.reject(new Error("no second try")) });
  const acknowledged: Change[] = [];
  const writers = Array.from({ length: WRITERS }, (_, writer) => write(management, writer, acknowledged));
  const timer = new Promise((resolve) => setTimeout(resolve, aliveMs));
  await timer;
  await server.end("SIGKILL");
  await Promise.all(writers);
  return acknowledged;
}

/** Ramps to ever new percentages, so that every write changes something. */
async function write(management: Management, writer: number, acknowledged: Change[]): Promise<void> {
  for (let count = 0; ; count++) {
    const percent = ((count * WRITERS + writer) * 17) % 100_000;
    try {
      const operation = {
        kind: "ramp",
        flag: "summarizer",
        environment: ENVIRONMENT,
        rule: "default",
        variant: "opus",
        percent: percent / 1_000,
      } as const;
      const { change } = await management.submitChange(PROJECT, { operations: [operation], reason: `writer ${writer}` });
      if (change !== null) acknowledged.push(change);
    } catch {
      return;
    }
  }
}

async function compare(management: Management, acknowledged: readonly Change[]): Promise<KillReport> {
  const known = await management.listChanges(PROJECT, MANY);
  const byId = new Map(known.map((change) => [change.id, change]));
  const verdicts = await management.verifyAudit();
  return {
    acknowledged: acknowledged.length,
    lost: acknowledged.filter((change) => JSON.stringify(byId.get(change.id)) !== JSON.stringify(change)).map(({ id }) => id),
    miscounted: miscountedIn(await management.listAudit(`project/${PROJECT}`, MANY), known),
    torn: await findTorn(management, known),
    auditOk: verdicts.every(({ ok }) => ok),
  };
}

function miscountedIn(rows: readonly AuditRow[], known: readonly Change[]): readonly string[] {
  const text = rows.map((row) => JSON.stringify(row.details));
  return known.filter(({ id }) => text.filter((details) => details.includes(`"${id}"`)).length !== 1).map(({ id }) => id);
}

/** Sequences and versions have no gap and no repeat, and environment and flag stand where the newest change left them. */
async function findTorn(management: Management, known: readonly Change[]): Promise<readonly string[]> {
  const oldestFirst = [...known].reverse();
  // A ramp to where the split already stands changes no snapshot and makes no version.
  const versions = oldestFirst.flatMap((change) => change.versions[ENVIRONMENT] ?? []);
  const environments = await management.listEnvironments(PROJECT);
  const { config } = (await management.getFlag(PROJECT, "summarizer")).environments[ENVIRONMENT] ?? {};
  const asked = known[0]?.operations[0];
  const percent = config !== undefined && "split" in config.default ? config.default.split["opus"] : undefined;
  return [
    ...oldestFirst.filter(({ sequence }, index) => sequence !== index + 1).map(({ id }) => `sequence of ${id}`),
    ...versions.filter((version, index) => version !== index + 1).map((version) => `version ${version}`),
    ...(environments.find(({ key }) => key === ENVIRONMENT)?.version === versions.at(-1) ? [] : ["the environment's version"]),
    ...(asked?.kind === "ramp" && asked.percent !== percent ? ["the flag"] : []),
  ];
}
