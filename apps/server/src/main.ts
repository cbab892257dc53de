/** The server as a program: settings from the environment, one line when they are wrong. */

import { ProblemError } from "@dimmer/protocol";
import { readServerSettings, SettingsError } from "./config.ts";
import { serveUntilSignal } from "./serve.ts";
import { startServer } from "./server.ts";

/** As sysexits.h has it: the configuration is wrong, so starting again will not help. */
const EX_CONFIG = 78;

try {
  const server = await startServer(readServerSettings());
  server.app.log.info({ url: server.url, isFirstStart: server.initialKeys !== undefined }, "listening");
  await serveUntilSignal(server);
} catch (error) {
  const isSettings = error instanceof SettingsError || (error instanceof ProblemError && error.code === "invalid-request");
  process.stderr.write(`dimmer-server: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = isSettings ? EX_CONFIG : 1;
}
