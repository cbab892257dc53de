/** Runs the command in this process with streams held in memory: how the tests drive it. */

import { PassThrough, Readable } from "node:stream";
import type { ExitCode } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { run } from "./main.ts";

export interface CapturedRun {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CaptureOptions {
  readonly cwd: string;
  readonly env?: Io["env"];
  /** What standard input holds; bytes are given as they are. */
  readonly stdin?: string | Uint8Array;
  /** Makes standard output a terminal of this width. */
  readonly columns?: number;
  /** Stands for the process that signals are sent to. */
  readonly signals?: Io["signals"];
  /** Called with everything that stderr has got so far, each time it gets more. */
  readonly onTalk?: (stderr: string) => void;
}

export async function captureRun(argv: readonly string[], options: CaptureOptions): Promise<CapturedRun> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const [readStdout, readStderr] = [gather(stdout, () => undefined), gather(stderr, options.onTalk ?? (() => undefined))];
  const io: Io = {
    stdin: Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]),
    stdout: options.columns === undefined ? stdout : Object.assign(stdout, { isTTY: true, columns: options.columns }),
    stderr,
    env: options.env ?? {},
    cwd: options.cwd,
    signals: options.signals ?? NO_SIGNALS,
  };
  const code = await run(argv, io);
  return { code, stdout: readStdout(), stderr: readStderr() };
}

const NO_SIGNALS: Io["signals"] = { once: () => undefined, on: () => undefined, exit: () => undefined };

function gather(stream: PassThrough, onMore: (text: string) => void): () => string {
  const parts: Buffer[] = [];
  const text = () => Buffer.concat(parts).toString("utf8");
  stream.on("data", (part: Buffer) => {
    parts.push(part);
    onMore(text());
  });
  return text;
}
