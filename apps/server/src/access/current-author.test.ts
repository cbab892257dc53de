/** Rights are read again in the transaction that writes: what was taken away since the request came in is gone. */

import { strict as assert } from "node:assert";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eraseEverywhere } from "../audit/erase-everywhere.ts";
import { createEnvironment, updateEnvironment } from "../environments/environments.ts";
import { initialiseInstallation, type InstallationPorts } from "../environments/installation.ts";
import { createProject, renameProject } from "../environments/projects.ts";
import { defineMetric, removeMetricDefinition } from "../metrics/metric-definitions.ts";
import { removeSnippet, setSnippet } from "../snippets/snippets.ts";
import { setProjectHashing } from "../telemetry/project-telemetry.ts";
import { applyChange, type Author } from "../flags/apply-change.ts";
import { createLink, revokeLink } from "../links/links.ts";
import type { OutboundPolicy } from "../outbound/guard-address.ts";
import { cancelSchedule } from "../schedules/cancel-schedule.ts";
import { createSchedule } from "../schedules/create-schedule.ts";
import { createWebhook, removeWebhook, rotateSecret } from "../webhooks/webhooks.ts";
import { createOverrideToken } from "./create-override-token.ts";
import { createKey, revokeKey } from "./keys.ts";
import { authorOfPrincipal, principalOfKey } from "./principal.ts";
import { createRole, deleteRole, updateRole } from "./roles.ts";
import { EVERYWHERE, openTestPorts } from "./sample-ports.contract.ts";
import { rotateSigningKey } from "./signing-keys.ts";

const FLAG = {
  type: "boolean",
  purpose: "kill-switch",
  owner: "tests",
  permanent: true,
  environments: { production: { enabled: true, fallback: "off", default: { variant: "on" } } },
} as const;
const place = { project: "shop", environment: "production" };
const project = "shop";
const tomorrow = "1970-01-02T00:00:00Z";

let ports: InstallationPorts & { committed: () => void; outbound: OutboundPolicy };
let asked: Author;
beforeEach(async () => {
  ports = {
    ...(await openTestPorts()),
    committed: () => undefined,
    outbound: { allowPrivate: true, purpose: "webhook", resolve: () => Promise.resolve([]) },
  };
  await initialiseInstallation(ports, {
    project: { key: project, name: "Shop" },
    environment: { key: "production", name: "Production", production: true },
  });
  await applyChange(ports, EVERYWHERE, {
    project,
    operations: [{ kind: "create-flag", flag: "chat", definition: FLAG }],
    reason: null,
    source: "api",
  });
  const { record } = await createKey(ports, EVERYWHERE, {
    kind: "admin",
    name: "token",
    role: "owner",
    project: null,
    environment: null,
  });
  asked = authorOfPrincipal(await principalOfKey(ports.store, record));
});
afterEach(() => ports.store.close());

const killing = {
  project,
  operations: [{ kind: "kill", flag: "chat", environment: "production" }],
  reason: null,
  source: "api",
} as const;
const METRIC = { type: "rate", event: "bought", direction: "up" } as const;
/** Telemetry is another test's: what is to be done there is written down, and not done. */
const choreOf = (kind: "erase" | "hash") => () =>
  Promise.resolve({ project, id: "chore_1", kind, sealed: null, createdAt: 1, attempts: 0, dueAt: 1 });
const chores = { erase: choreOf("erase"), hash: choreOf("hash"), tryNow: () => Promise.resolve({ events: 0, comments: 0 }) };
const link = { flag: "chat", environment: "production", name: "pager" };
const schedule = { at: tomorrow, operations: killing.operations } as never;

/** Everything that writes in somebody's name, with what has to be there before. */
const WRITERS: Readonly<Record<string, (author: Author) => Promise<unknown>>> = {
  "a change": (author) => applyChange(ports, author, killing),
  "a key": (author) => createKey(ports, author, { kind: "server", name: "x", ...place }),
  "the end of a key": async (author) => {
    const { record } = await createKey(ports, EVERYWHERE, { kind: "server", name: "x", ...place });
    return await revokeKey(ports, author, { id: record.id, project });
  },
  "a role": (author) => createRole(ports, author, { name: "mine", rights: ["read"] }),
  "an edit of a role": async (author) => {
    await createRole(ports, EVERYWHERE, { name: "mine", rights: ["read"] });
    return await updateRole(ports, author, "mine", { rights: ["backup"] });
  },
  "the end of a role": async (author) => {
    await createRole(ports, EVERYWHERE, { name: "mine", rights: ["read"] });
    return await deleteRole(ports, author, "mine");
  },
  "a project": (author) => createProject(ports, author, { key: "second", name: "Second" }),
  "a project's name": (author) => renameProject(ports, author, { key: project, name: "Other" }),
  "an environment": (author) => createEnvironment(ports, author, { project, key: "staging", name: "Staging", production: false }),
  "an environment's name": (author) => updateEnvironment(ports, author, { project, key: "production", name: "Other" }),
  "an override token": (author) => createOverrideToken(ports, author, { ...place, overrides: { chat: "off" } }),
  "a signing key": (author) => rotateSigningKey(ports, author, place),
  "a link": (author) => createLink(ports, author, project, link),
  "the end of a link": async (author) => {
    const { record } = await createLink(ports, EVERYWHERE, project, link);
    return await revokeLink(ports, author, { project, id: record.id });
  },
  "a schedule": (author) => createSchedule(ports, author, project, schedule),
  "the end of a schedule": async (author) => {
    const { record } = await createSchedule(ports, EVERYWHERE, project, schedule);
    return await cancelSchedule(ports, author, { project, id: record.id });
  },
  "a webhook": (author) => createWebhook(ports, author, { project, url: "http://127.0.0.1:4999/" }),
  "a webhook's secret": async (author) => {
    const { record } = await createWebhook(ports, EVERYWHERE, { project, url: "http://127.0.0.1:4999/" });
    return await rotateSecret(ports, author, { project, id: record.id });
  },
  "the end of a webhook": async (author) => {
    const { record } = await createWebhook(ports, EVERYWHERE, { project, url: "http://127.0.0.1:4999/" });
    return await removeWebhook(ports, author, { project, id: record.id });
  },
  "an erasure": (author) => eraseEverywhere({ ...ports, chores }, author, { projects: [project], person: "ada", source: "api" }),
  "how keys are kept": async (author) => {
    await setProjectHashing({ ...ports, chores }, EVERYWHERE, { project, hashTargetingKeys: false });
    await setProjectHashing({ ...ports, chores }, author, { project, hashTargetingKeys: true });
  },
  "a metric's definition": (author) => defineMetric(ports, author, { project, name: "bought", definition: METRIC }),
  "the end of a metric's definition": async (author) => {
    await defineMetric(ports, EVERYWHERE, { project, name: "bought", definition: METRIC });
    return await removeMetricDefinition(ports, author, { project, name: "bought" });
  },
  "a snippet": (author) => setSnippet(ports, author, { project, name: "tone", text: "Be brief." }),
  "the end of a snippet": async (author) => {
    await setSnippet(ports, EVERYWHERE, { project, name: "tone", text: "Be brief." });
    return await removeSnippet(ports, author, { project, name: "tone" });
  },
};

test.each(Object.entries(WRITERS))(
  "A51 %s is refused once the token may not any more, and goes through before",
  async (_what, write) => {
    await write(asked);
    const key = await ports.store.getKey(asked.actor.id);
    assert(key !== null, "the token is kept");
    for (const after of [
      { role: "viewer" },
      { role: "gone" },
      { role: "owner", revokedAt: 1 },
      { role: "owner", expiresAt: 1 },
    ]) {
      await ports.store.transaction((tx) => tx.putKey({ ...key, ...after }));
      await ports.store.transaction((tx) => tx.removeRole("mine"));
      await expect(write(asked)).rejects.toMatchObject({ code: "forbidden" });
    }
  },
);
