/** The Dimmer server as a library: started by the command line and by tests. */

export { type BackupManifest, readBackup } from "./backup/backup-file.ts";
export { loadBackup, type LoadedBackup, type LoadOrder } from "./backup/load-backup.ts";
export { backUpStopped, writeWhole } from "./backup/make-backup.ts";
export { DEFAULT_PORT, readServerSettings, type ServerSettings, SettingsError } from "./config.ts";
export { DEMO_PROJECT } from "./demo.ts";
export type { AskModel } from "./evals/suites/ask-model.ts";
export { joinRepeats, preview } from "./evals/suites/join-repeats.ts";
export { judgeOf, requirePinned } from "./evals/suites/judge.ts";
export { judgeRun, type ScorerVerdict } from "./evals/suites/judge-run.ts";
export { runSuite, type SuiteRun } from "./evals/suites/run-suite.ts";
export { SuiteError } from "./evals/suites/suite-error.ts";
export type { InitialKeys } from "./first-start.ts";
export { digestOf } from "./flags/value-digest.ts";
export { openApiOf } from "./http/openapi.ts";
export { serveUntilSignal, type Signals } from "./serve.ts";
export { type RunningServer, startServer, type StartSettings, systemClock } from "./server.ts";
