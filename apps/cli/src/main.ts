/** The command: builds the parser from the verbs, runs one, and turns what went wrong into words and an exit code. */

import { Command, CommanderError } from "commander";
import { readSettings } from "./config.ts";
import { EXIT, EXIT_MEANINGS, type ExitCode } from "./exit-codes.ts";
import { type Failure, wrongUsage } from "./failure.ts";
import type { Io } from "./io.ts";
import { openOutput, type OutputOptions } from "./output/output.ts";
import { reportError } from "./report-error.ts";
import type { Noun, Verb } from "./verb.ts";
import { NOUNS, VERBS } from "./verbs.ts";
import { VERSION } from "./version.ts";

/**
 * Runs one command line to its end.
 *
 * Shape:  the arguments without node and script → the exit code; everything it reads and writes comes in through `io`.
 * Errors: none thrown but our own bugs; failures are words on stderr and an exit code of `EXIT`.
 */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = buildProgram(io, (result) => (code = result));
  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    // The help of a noun without its verb has been printed.
    if (error instanceof CommanderError && error.code === "commander.help") return EXIT.usage;
    return reportError(error instanceof CommanderError ? usageFailure(error) : error, io, outputOptions(argv));
  }
}

/** "error: unknown option '--jsno'" and, on a line of its own, "(Did you mean --json?)". */
function usageFailure(error: CommanderError): Failure {
  const [message = "", suggestion] = error.message.replace(/^error: /u, "").split("\n");
  return wrongUsage(`${message}.`, suggestion?.replace(/^\((.*)\)$/u, "$1") ?? "Add --help to see what it takes.");
}

const COMMON_OPTIONS: readonly (readonly [flags: string, description: string])[] = [
  ["--json", "the result as JSON"],
  ["--quiet", "no talk on standard error, only results and failures"],
  ["--no-color", "no colours (also NO_COLOR)"],
  ["--yes", "go ahead without asking"],
  ["--url <url>", "the server (DIMMER_URL)"],
  ["--project <key>", "the project (DIMMER_PROJECT)"],
  ["--environment <key>", "the environment (DIMMER_ENVIRONMENT)"],
];

function buildProgram(io: Io, done: (code: ExitCode) => void): Command {
  const program = new Command("dimmer")
    .description("Feature flags for models and prompts: decide who gets what, turn it up, turn it off.")
    .version(VERSION, "-V, --version", "print the version")
    .helpCommand(false)
    .showSuggestionAfterError()
    .addHelpText("after", helpTail());
  prepare(program, io);
  for (const verb of VERBS) addVerb(program, verb, io, done);
  for (const noun of NOUNS) addNoun(program, noun, io, done);
  return program;
}

/** Settings that every level needs; help and complaints go through the streams of this run. */
function prepare(command: Command, io: Io): void {
  command.enablePositionalOptions().exitOverride().helpOption("-h, --help", "show this help");
  command.configureOutput({
    writeOut: (text) => void io.stdout.write(text),
    writeErr: (text) => void io.stderr.write(text),
    getOutHelpWidth: () => io.stdout.columns ?? 100,
    getErrHelpWidth: () => io.stderr.columns ?? 100,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
    // Told like every other failure, in JSON where that is wanted.
    outputError: () => undefined,
  });
}

function addNoun(program: Command, noun: Noun, io: Io, done: (code: ExitCode) => void): void {
  const command = program.command(noun.name).description(noun.summary);
  prepare(command, io);
  for (const verb of noun.verbs) addVerb(command, verb, io, done);
}

function addVerb(parent: Command, verb: Verb, io: Io, done: (code: ExitCode) => void): void {
  const command = parent.command(verb.usage).description(verb.summary);
  prepare(command, io);
  for (const [flags, description] of [...(verb.options ?? []), ...COMMON_OPTIONS]) command.option(flags, description);
  const examples = (verb.examples ?? []).map((example) => `  $ dimmer ${example}`);
  if (examples.length > 0) command.addHelpText("after", `\nExamples:\n${examples.join("\n")}`);
  command.action(async () => done((await runVerb(verb, command, io)) ?? EXIT.ok));
}

function runVerb(verb: Verb, command: Command, io: Io): Promise<ExitCode | void> {
  const given: Readonly<Record<string, unknown>> = command.opts();
  const option = (name: string): string | undefined => {
    const value = given[camelCase(name)];
    return typeof value === "string" ? value : undefined;
  };
  const list = (name: string): readonly string[] => {
    const value = given[camelCase(name)];
    return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
  };
  const has = (name: string): boolean => given[camelCase(name)] === true;
  const output = openOutput(io, { json: has("json"), quiet: has("quiet"), color: has("color"), yes: has("yes") });
  const settings = readSettings(io, {
    url: option("url"),
    key: option("key"),
    project: option("project"),
    environment: option("environment"),
  });
  return verb.run({ io, output, settings, args: command.args, option, list, has });
}

/** For failures, which may come before the options are read. */
function outputOptions(argv: readonly string[]): OutputOptions {
  return { json: argv.includes("--json"), quiet: false, color: !argv.includes("--no-color"), yes: false };
}

const camelCase = (name: string): string => name.replaceAll(/-(\w)/gu, (_, letter: string) => letter.toUpperCase());

function helpTail(): string {
  const codes = EXIT_MEANINGS.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`);
  return `
Settings, each also an option where it is not a secret:
  DIMMER_URL           the server, http://127.0.0.1:4180 unless set
  DIMMER_TOKEN         an admin token (or DIMMER_TOKEN_FILE, a file that holds it)
  DIMMER_KEY           a server key, for eval (or DIMMER_KEY_FILE)
  DIMMER_PROJECT       the project; not needed where there is only one
  DIMMER_ENVIRONMENT   the environment; not needed where there is only one
  DIMMER_DATA_DIR      the data directory of a local server, .dimmer unless set
  In the folder where \`npm start\` or \`dimmer serve --demo\` runs nothing need be set: without DIMMER_TOKEN the
  file local.json in its data directory (readable by you alone) names the address, a token and the project.

Exit codes:
${codes.join("\n")}`;
}
