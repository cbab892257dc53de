/** Flags from a local file, watched, with no server at all. */

import { watch, type FSWatcher } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { snapshotOf } from "@dimmer/evaluation";
import type { OpenSource, SourceFailure, SourcePorts, SourceSink } from "@dimmer/sdk-core";
import { FileError, readFlagFile } from "./read-flag-file.ts";

/** Shape: `watch: false` looks only until the file was read once; `environment` may be left out where the file has only one. */
export interface FileOptions {
  readonly path: string;
  readonly environment?: string | undefined;
  readonly watch: boolean;
  /** Whether watching alone keeps the process alive. */
  readonly holdProcess: boolean;
}

/** How long a change may settle before the file is read: editors write in several steps. */
export const SETTLE_MS = 50;
/** How often the file is looked at besides: some file systems tell of no changes, and folders can be replaced. */
export const LOOK_MS = 2_000;

/**
 * A source for `openEngine` that reads `dimmer.yaml`, `.yml` or `.json`.
 *
 * Shape:  every good state of the file is one version, one without flags included; an edit that does not parse, or has lost the
 *         environment that is served, leaves the last good one in place.
 * Errors: none thrown; a missing or broken file, or a missing `yaml` package, is told to the sink with its issues.
 * Source: ADR-0010.
 */
export function fileSource(options: FileOptions): OpenSource {
  return (sink, ports) => {
    const look = openReader({ ...options, path: resolve(options.path) }, sink);
    return options.watch ? keepLooking(options, look, ports) : lookUntilRead(look, ports);
  };
}

/** What one look at a file found. */
type Look = () => Promise<"read" | "same" | "failed">;

/** Reads the file whenever it is not as it was; each state of it is reported once. */
function openReader(options: FileOptions, sink: SourceSink): Look {
  let version = 0;
  let seen: string | undefined;
  let goodText: string | undefined;
  let served: string | undefined;

  const take = async (): Promise<void> => {
    const { text, document, environment, issues } = await readFlagFile(options.path, options.environment, served);
    const isHeld = sink.held() !== undefined && goodText !== undefined;
    if (issues.length > 0 && isHeld)
      throw new FileError("payload", `${options.path} has mistakes; the last good flags stay.`, { issues });
    if (text !== goodText) {
      const snapshot = snapshotOf(document, environment ?? NO_ENVIRONMENT, { epoch: "file", version: version + 1 });
      // Without an environment there is nothing in it, and it must give way to the first that the file names.
      const offer = sink.offerSnapshot(snapshot, environment === undefined ? "placeholder" : "source");
      if (offer.outcome === "refused")
        throw new FileError("payload", `${options.path} was not taken. ${offer.why}`, { issues: offer.issues });
      version += 1;
      goodText = text;
      served = environment;
    }
    if (issues.length > 0)
      throw new FileError("payload", `${options.path} has mistakes; flags that have any are left out.`, { issues });
  };

  return async () => {
    const state = await stateOf(options.path);
    if (state === seen) return "same";
    seen = state;
    try {
      await take();
      sink.live();
      return "read";
    } catch (thrown) {
      sink.lost(failureOf(options.path, thrown));
      return "failed";
    }
  };
}

/** The name of the environment of a document without flags: nobody will ask it for anything. */
const NO_ENVIRONMENT = "none";

/** Changes with every write and every rename, through symbolic links as well. */
export async function stateOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(":");
  } catch {
    return "missing";
  }
}

function failureOf(path: string, thrown: unknown): SourceFailure {
  if (thrown instanceof FileError) return thrown.failure;
  const message = thrown instanceof Error ? thrown.message : "no reason given";
  return { code: "file", message: `${path} could not be read: ${message}`, cause: thrown };
}

/** Looks at a file when its folder changes, and at intervals, until it is closed. */
export function keepLooking(
  options: Pick<FileOptions, "path" | "holdProcess"> & { readonly everyMs?: number },
  look: Look,
  ports: { readonly schedule: Pick<SourcePorts["schedule"], "after"> },
): { close(): void } {
  let isClosed = false;
  let watcher: FSWatcher | undefined;
  let cancelNext = (): void => {};
  let isLooking = false;
  let isChanged = false;

  const lookIn = (delayMs: number): void => {
    cancelNext();
    if (!isClosed) cancelNext = ports.schedule.after(delayMs, () => void lookNow());
  };
  const lookNow = async (): Promise<void> => {
    isLooking = true;
    isChanged = false;
    watcher ??= openWatcher(options, noticeChange, forgetWatcher);
    await look();
    isLooking = false;
    lookIn(isChanged ? SETTLE_MS : (options.everyMs ?? LOOK_MS));
  };
  // The first event starts the wait and later ones do not prolong it: a busy folder must not put the look off for good.
  const noticeChange = (): void => {
    if (isChanged) return;
    isChanged = true;
    if (!isLooking) lookIn(SETTLE_MS);
  };
  const forgetWatcher = (): void => {
    watcher?.close();
    watcher = undefined;
  };

  void lookNow();
  return {
    close() {
      isClosed = true;
      cancelNext();
      forgetWatcher();
    },
  };
}

/** Watches the folder, because editors replace the file; undefined where it cannot be watched (yet). */
function openWatcher(
  { path, holdProcess }: Pick<FileOptions, "path" | "holdProcess">,
  onChange: () => void,
  onLost: () => void,
): FSWatcher | undefined {
  try {
    return watch(dirname(resolve(path)), { persistent: holdProcess }, onChange).on("error", onLost);
  } catch {
    return undefined;
  }
}

function lookUntilRead(look: Look, ports: SourcePorts): { close(): void } {
  let isClosed = false;
  const lookNow = async (): Promise<void> => {
    if ((await look()) !== "read" && !isClosed) ports.schedule.after(LOOK_MS, () => void lookNow());
  };
  void lookNow();
  return {
    close() {
      isClosed = true;
    },
  };
}
