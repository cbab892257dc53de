/** Where a verb speaks: results on stdout, talk on stderr, colour only where it is wanted. */

import { styleText } from "node:util";
import { EXIT } from "../exit-codes.ts";
import { Failure, wrongUsage } from "../failure.ts";
import { type Io, writeAll } from "../io.ts";
import { renderTable } from "./table.ts";

export interface OutputOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
  readonly yes: boolean;
}

type Format = Parameters<typeof styleText>[0];
export type Paint = (format: Format, text: string) => string;

export interface Output {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Colours for stdout. */
  readonly paint: Paint;
  /** Colours for stderr. */
  readonly paintTalk: Paint;
  /** The result: the data with `--json`, else the text. */
  result(data: unknown, text: () => string): Promise<void>;
  table(head: readonly string[], rows: readonly (readonly string[])[]): string;
  /** Talk on stderr; silent with `--quiet`. */
  say(text: string): void;
  warn(text: string): void;
  /** Asks on a terminal; elsewhere `--yes` has to be given. Ends the command unless the answer is yes. */
  confirm(question: string): Promise<void>;
}

export function openOutput(io: Io, options: OutputOptions): Output {
  const paint = painter(options.color && wantsColor(io, io.stdout));
  const paintTalk = painter(options.color && wantsColor(io, io.stderr));
  // A terminal that does not know its width says 0.
  const width = io.stdout.isTTY === true ? io.stdout.columns || 80 : undefined;
  return {
    json: options.json,
    quiet: options.quiet,
    paint,
    paintTalk,
    result: (data, text) => writeAll(io.stdout, `${options.json ? JSON.stringify(data, null, 2) : text()}\n`),
    table: (head, rows) => renderTable(head, rows, { head: (text) => paint("bold", text), width }),
    say: (text) => void (options.quiet || io.stderr.write(`${text}\n`)),
    warn: (text) => void io.stderr.write(`${paintTalk("yellow", "warning:")} ${text}\n`),
    confirm: (question) => (options.yes ? Promise.resolve() : ask(io, question)),
  };
}

/** https://no-color.org: any non-empty NO_COLOR; FORCE_COLOR turns it on where there is no terminal. */
function wantsColor(io: Io, stream: { readonly isTTY?: boolean }): boolean {
  if ((io.env["NO_COLOR"] ?? "") !== "") return false;
  if (!["", "0"].includes(io.env["FORCE_COLOR"] ?? "")) return true;
  return stream.isTTY === true && io.env["TERM"] !== "dumb";
}

/** `validateStream` reads process.stdout, which is not the stream we write to. */
const painter =
  (on: boolean): Paint =>
  (format, text) =>
    on ? styleText(format, text, { validateStream: false }) : text;

async function ask(io: Io, question: string): Promise<void> {
  if (io.stdin.isTTY !== true || io.stderr.isTTY !== true) {
    throw wrongUsage(
      `This asks "${question}", and there is no terminal to ask on.`,
      "Add --yes to go ahead without being asked.",
    );
  }
  const { confirm, isCancel } = await import("@clack/prompts");
  const answer = await confirm({ message: question, initialValue: false, input: io.stdin, output: io.stderr });
  if (isCancel(answer)) throw new Failure(EXIT.interrupted, "Interrupted; nothing was changed.");
  if (!answer) throw new Failure(EXIT.failed, "Not confirmed; nothing was changed.");
}
