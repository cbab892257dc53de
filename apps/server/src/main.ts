/** The server as a program: settings from the environment, one line when they are wrong. */

import { ProblemError } from "@dimmer/protocol";
import { readServerSettings, type ServerSettings, SettingsError } from "./config.ts";
import { serveUntilSignal } from "./serve.ts";
import { type RunningServer, startServer } from "./server.ts";

/** Beside the log, which must never hold a secret: those that were drawn, once. Whoever chose a key knows it. */
function showDrawnKeys({ url, initialKeys }: RunningServer, chosen: ServerSettings): void {
  if (initialKeys === undefined) return;
  const rows = [
    ["admin token", initialKeys.admin, chosen.initAdminToken],
    ["server key", initialKeys.server, chosen.initServerKey],
    ["browser key", initialKeys.browser, chosen.initBrowserKey],
  ].flatMap(([name, key, isChosen]) => (isChosen === undefined ? [`  ${name}: ${key}\n`] : []));
  if (rows.length > 0)
    process.stderr.write(`dimmer-server: ${url} has a new store. Its keys, shown this once:\n${rows.join("")}`);
}

/** Also after a restart, until somebody has used it. */
function showSetup({ setupUrl }: RunningServer): void {
  if (setupUrl !== undefined) process.stderr.write(`dimmer-server: nobody has an account yet. Make the owner's at ${setupUrl}\n`);
}

/** As sysexits.h has it: the configuration is wrong, so starting again will not help. */
const EX_CONFIG = 78;

try {
  const settings = readServerSettings();
  const server = await startServer(settings);
  showDrawnKeys(server, settings);
  showSetup(server);
  await serveUntilSignal(server);
} catch (error) {
  const isSettings = error instanceof SettingsError || (error instanceof ProblemError && error.code === "invalid-request");
  process.stderr.write(`dimmer-server: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = isSettings ? EX_CONFIG : 1;
}
