/** The keys of an empty store: those that were chosen, and a drawn one for each that was not. */

import type { KeyKind } from "@dimmer/protocol";
import { hasKeys, INSTALLER, initialKeys } from "./access/initial-keys.ts";
import { createKey } from "./access/keys.ts";
import type { ServerSettings } from "./config.ts";
import type { FirstProject } from "./environments/installation.ts";
import type { ManagementPorts } from "./ports.ts";

/** Secrets, shown once. */
export interface InitialKeys {
  readonly project: string;
  readonly environment: string;
  readonly admin: string;
  readonly server: string;
  readonly browser: string;
}

type Chosen = Pick<Partial<ServerSettings>, "initAdminToken" | "initServerKey" | "initBrowserKey">;

/** Undefined for a store that has its keys. Chosen ones must then be among them, or the start fails. */
export async function firstKeys(ports: ManagementPorts, settings: Chosen, first: FirstProject): Promise<InitialKeys | undefined> {
  const place = { project: first.project.key, environment: first.environment.key };
  const chosen = {
    ...(settings.initAdminToken === undefined ? {} : { admin: settings.initAdminToken }),
    ...(settings.initServerKey === undefined ? {} : { server: settings.initServerKey }),
    ...(settings.initBrowserKey === undefined ? {} : { browser: settings.initBrowserKey }),
  };
  // Asked of the keys and not of the installation: a first start that was killed half-way must not lock everybody out.
  const isFirst = !(await hasKeys(ports.store));
  await initialKeys(ports, { ...chosen, ...place });
  if (!isFirst) return undefined;
  const secretOf = async (kind: KeyKind) => chosen[kind] ?? (await drawKey(ports, kind, place));
  return { ...place, admin: await secretOf("admin"), server: await secretOf("server"), browser: await secretOf("browser") };
}

async function drawKey(ports: ManagementPorts, kind: KeyKind, place: { project: string; environment: string }): Promise<string> {
  const scope = kind === "admin" ? { role: "owner", project: null, environment: null } : place;
  return (await createKey(ports, INSTALLER, { kind, name: `first ${kind} key`, ...scope })).secret;
}
