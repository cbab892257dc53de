/** `dimmer serve`: the server, in this process. */

import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { join, normalize, resolve } from "node:path";
import { DATA_DIRECTORY, localServerAt, LOCAL_FILE, type LocalServer } from "../config.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import type * as Server from "@dimmer/server";
import type { RunningServer, ServerSettings } from "@dimmer/server";
import { isErrnoException } from "../io.ts";
import type { Call, Verb } from "../verb.ts";

export const serve: Verb = {
  usage: "serve",
  summary: "start the server in this process, on this machine only unless --host says otherwise",
  options: [
    ["--port <port>", "the port, 0 for a free one (DIMMER_PORT, 4180)"],
    ["--host <host>", "the address to listen on (DIMMER_HOST, 127.0.0.1)"],
    ["--data-dir <folder>", "holds the store and the secret key (DIMMER_DATA_DIR, .dimmer)"],
    ["--log-level <level>", "requests are logged to standard output from info on (DIMMER_LOG_LEVEL, warn)"],
    ["--follow-file <file>", "applies this document whenever it changes; it owns the flags that it names (DIMMER_FOLLOW_FILE)"],
    ["--restored", "the data directory was put back from a backup: running apps fetch everything anew (DIMMER_RESTORED=1)"],
    ["--demo", "an empty store starts with the demo project, and this folder's other terminals need no settings"],
  ],
  examples: ["serve --demo", "serve --port 8080 --data-dir /var/lib/dimmer"],
  run: runServer,
};

async function runServer(call: Call): Promise<ExitCode> {
  // Loaded for this verb alone: the others start without the server.
  const serverModule = await import("@dimmer/server");
  const { server, dataDir } = await start(call, serverModule);
  // Listening for signals before anybody is told that it runs: a supervisor may stop it right away.
  const stopped = untilStopped(call, serverModule, server);
  const local = call.has("demo") ? await shareLocally(server, dataDir) : undefined;
  call.output.say(banner(call, server, local, dataDir));
  return stopped;
}

type ServerModule = Pick<typeof Server, "readServerSettings" | "SettingsError" | "startServer" | "serveUntilSignal">;

async function start(
  call: Call,
  { readServerSettings, SettingsError, startServer }: ServerModule,
): Promise<{ readonly server: RunningServer; readonly dataDir: string }> {
  try {
    const env = { ...call.io.env, DIMMER_LOG_LEVEL: call.io.env["DIMMER_LOG_LEVEL"] ?? "warn" };
    const flags = Object.fromEntries(
      ["port", "host", "data-dir", "log-level", "follow-file"].map((name) => [name, call.option(name)]),
    );
    const settings = readServerSettings({ ...flags, restored: call.has("restored") ? "1" : undefined }, env);
    const dataDir = settings.dataDir === ":memory:" ? settings.dataDir : resolve(call.io.cwd, settings.dataDir);
    const follow = placeFollowed(settings, call.io.cwd);
    return { server: await startServer({ ...settings, ...follow, dataDir, demo: call.has("demo") }), dataDir };
  } catch (cause) {
    if (cause instanceof SettingsError) throw new Failure(EXIT.usage, cause.message, { cause });
    throw listenFailure(cause);
  }
}

/** Found from where the command runs, and called as it was given. */
function placeFollowed({ followFile, followName = followFile }: ServerSettings, cwd: string): Partial<ServerSettings> {
  if (followFile === undefined || followName === undefined) return {};
  return { followFile: resolve(cwd, followFile), followName: normalize(followName).replaceAll("\\", "/") };
}

function listenFailure(cause: unknown): unknown {
  if (!isErrnoException(cause)) return cause;
  if (cause.code === "EADDRINUSE") {
    return new Failure(EXIT.network, `${cause.message.replace(/^listen EADDRINUSE: /u, "")}.`, {
      mend: "Another server may be running already; take another port with --port, or --port 0 for a free one.",
      cause,
    });
  }
  return ["EACCES", "EADDRNOTAVAIL", "EPERM", "ENOTDIR", "EROFS"].includes(cause.code)
    ? new Failure(EXIT.failed, cause.message, { cause })
    : cause;
}

/**
 * Leaves address and token where the other terminals of this folder find them. A later start knows no secret any more, so
 * it keeps the token of the first and writes the address anew.
 */
async function shareLocally(server: RunningServer, dataDir: string): Promise<LocalServer | undefined> {
  if (dataDir === ":memory:") return undefined;
  const file = join(dataDir, LOCAL_FILE);
  const { initialKeys } = server;
  const known = initialKeys === undefined ? localServerAt(file) : { token: initialKeys.admin, project: initialKeys.project };
  if (known === undefined) return undefined;
  const local: LocalServer = { url: server.url, token: known.token, project: known.project };
  await mkdir(dataDir, { recursive: true });
  // Written aside and renamed, so that nobody reads half of it; private before the token is in it.
  await writeFile(`${file}.new`, "", { mode: 0o600 });
  await chmod(`${file}.new`, 0o600);
  await writeFile(`${file}.new`, `${JSON.stringify(local, null, 2)}\n`);
  await rename(`${file}.new`, file);
  return local;
}

const DEMO_STEPS = [
  "  npx dimmer flags list",
  "  npx dimmer ramp summarizer 25",
  `  npx dimmer eval summarizer --context '{"targetingKey":"user-1"}' --explain`,
];

function banner(
  call: Call,
  { url, initialKeys, setupUrl }: RunningServer,
  local: LocalServer | undefined,
  dataDir: string,
): string {
  const { paintTalk: paint } = call.output;
  const row = (name: string, text: string) => `  ${name.padEnd(12)} ${paint("bold", text)}`;
  const keys =
    initialKeys === undefined
      ? ["  The keys were shown on the first start; `dimmer keys create` makes new ones."]
      : [
          row("admin token", initialKeys.admin),
          row("server key", initialKeys.server),
          row("browser key", initialKeys.browser),
          "  Shown once; only their digests are stored.",
        ];
  const settings = local === undefined ? ["  Set DIMMER_URL and DIMMER_TOKEN there first."] : sayDataDir(call, dataDir);
  return [
    "",
    `${paint("green", "●")} Dimmer runs at ${paint("bold", url)}`,
    "",
    ...keys,
    ...(setupUrl === undefined ? [] : ["", "  Make the owner's account at:", `  ${paint("bold", setupUrl)}`]),
    "",
    "Next, in another terminal of this folder:",
    ...settings,
    ...(call.has("demo") ? DEMO_STEPS : ["  npx dimmer flags create my-flag --owner my-team"]),
    "",
    "Ctrl-C stops it.",
  ].join("\n");
}

/** Where the other terminal would not find this server by itself. */
const sayDataDir = (call: Call, dataDir: string): string[] =>
  dataDir === resolve(call.io.cwd, DATA_DIRECTORY)
    ? []
    : [`  export DIMMER_DATA_DIR=${/^[\w./-]+$/u.test(dataDir) ? dataDir : `'${dataDir}'`}`];

/** Ctrl-C ends with 130, as every verb does; SIGTERM comes from a supervisor, which expects 0. */
async function untilStopped(call: Call, { serveUntilSignal }: ServerModule, server: RunningServer): Promise<ExitCode> {
  const { signals } = call.io;
  let code: ExitCode = EXIT.ok;
  await serveUntilSignal(server, {
    once: (name, listener) =>
      signals.once(name, () => {
        if (name === "SIGINT") code = EXIT.interrupted;
        listener();
      }),
    on: (event, listener) => signals.on(event, listener),
    exit: (status) => signals.exit(status === 0 ? code : status),
  });
  return code;
}
