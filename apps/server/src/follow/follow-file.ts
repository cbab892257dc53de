/** Follows one file: applied at the start and whenever its content changes, with nobody to ask and nothing half done. */

import { type FSWatcher, watch } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type FollowedFile, ProblemError } from "@dimmer/protocol";
import type { ChangePorts } from "../flags/apply-change.ts";
import { applyDocument } from "./apply-document.ts";
import { FOLLOW_LIMITS } from "./limits.ts";
import { readCommit } from "./read-commit.ts";
import { parseFollowed, readFollowed } from "./read-followed.ts";

export interface FollowOptions {
  readonly path: string;
  /** What the file is called as an owner. */
  readonly name: string;
  readonly project: string;
  readonly publish: readonly string[];
}

export interface FollowPorts extends ChangePorts {
  /** Runs it once, later; gives what cancels it. */
  readonly after: (delayMs: number, run: () => void) => () => void;
  /** Whenever the status has changed. */
  readonly told: (status: FollowedFile) => void;
}

export interface Follower {
  readonly project: string;
  status(): FollowedFile;
  /** Stops looking, and waits for the change that is being made. */
  close(): Promise<void>;
}

/**
 * Looks at the file once and goes on looking.
 *
 * Shape:  resolves after the first look, whatever it found. A file that is missing, broken or refused changes nothing and is told;
 *         the same content is tried again every `retryMs`, as what it needs may be there by then. Symbolic links are followed,
 *         so that a mounted config map that swaps its folder is a change.
 * Errors: none; they are the status.
 * Source: ADR-0029.
 */
export async function followFile(options: FollowOptions, ports: FollowPorts): Promise<Follower> {
  const path = resolve(options.path);
  let status: FollowedFile = { ...START, file: options.name, project: options.project };
  let seen: string | undefined;
  let retryAt = 0;
  let applied: string | undefined;
  let isClosed = false;
  let isLooking = false;
  let isChanged = false;
  let watcher: FSWatcher | undefined;
  let cancelNext = (): void => undefined;
  let looking = Promise.resolve();

  const take = async (): Promise<Partial<FollowedFile>> => {
    const text = await readFollowed(path);
    if (text === applied) return { state: "following", problem: null };
    const document = parseFollowed(options.name, text);
    const commit = (await readCommit(path)) ?? null;
    const reason = commit === null ? `Followed ${options.name}` : `Followed ${options.name} at commit ${commit}`;
    const { name: file, project, publish } = options;
    const change = await applyDocument(ports, { project, document, file, publish, reason });
    applied = text;
    const appliedAt = new Date(ports.clock()).toISOString();
    return { state: "following", commit, appliedAt, change: change?.id ?? status.change, problem: null };
  };

  const look = async (): Promise<void> => {
    const state = await stateOf(path);
    const isTried = state === seen && (status.problem === null || ports.clock() < retryAt);
    if (isTried) return;
    seen = state;
    retryAt = ports.clock() + FOLLOW_LIMITS.retryMs;
    const before = JSON.stringify(status);
    const found = await take().catch((thrown: unknown) => ({ state: "failed" as const, problem: problemOf(thrown) }));
    status = { ...status, ...found };
    if (JSON.stringify(status) !== before) ports.told(status);
  };

  const lookIn = (delayMs: number): void => {
    cancelNext();
    if (!isClosed) cancelNext = ports.after(delayMs, () => void (looking = lookNow()));
  };
  const lookNow = async (): Promise<void> => {
    isLooking = true;
    isChanged = false;
    watcher ??= openWatcher(path, noticeChange, forgetWatcher);
    await look();
    isLooking = false;
    lookIn(isChanged ? FOLLOW_LIMITS.settleMs : FOLLOW_LIMITS.lookMs);
  };
  // The first event starts the wait and later ones do not prolong it: a busy folder must not put the look off for good.
  const noticeChange = (): void => {
    if (isChanged) return;
    isChanged = true;
    if (!isLooking) lookIn(FOLLOW_LIMITS.settleMs);
  };
  const forgetWatcher = (): void => {
    watcher?.close();
    watcher = undefined;
  };

  looking = lookNow();
  await looking;
  return {
    project: options.project,
    status: () => status,
    async close() {
      isClosed = true;
      cancelNext();
      forgetWatcher();
      await looking;
    },
  };
}

const START: Omit<FollowedFile, "file" | "project"> = {
  state: "failed",
  commit: null,
  appliedAt: null,
  change: null,
  problem: null,
};

/** Changes with every write and every rename, through symbolic links as well. */
async function stateOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(":");
  } catch {
    return "missing";
  }
}

function problemOf(thrown: unknown): FollowedFile["problem"] {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { message, issues: thrown instanceof ProblemError ? thrown.issues.slice(0, FOLLOW_LIMITS.issues) : [] };
}

/** Watches the folder, because writers replace the file; undefined where it cannot be watched (yet). */
function openWatcher(path: string, onChange: () => void, onLost: () => void): FSWatcher | undefined {
  try {
    return watch(dirname(path), { persistent: false }, onChange).on("error", onLost);
  } catch {
    return undefined;
  }
}
