/** The installation: its record, the check of its secret key, and the project it may start with. */

import { ProblemError } from "@dimmer/protocol";
import type { SealingPorts } from "../access/access-ports.ts";
import { drawId } from "../access/draw-id.ts";
import { INSTALLER } from "../access/initial-keys.ts";
import { appendAudit, INSTALLATION_CHAIN } from "../audit/append-audit.ts";
import type { StoreTransaction } from "../storage/store.ts";
import { addEnvironment } from "./environments.ts";
import { addProject } from "./projects.ts";

export interface FirstProject {
  readonly project: { readonly key: string; readonly name: string };
  readonly environment: { readonly key: string; readonly name: string; readonly production: boolean };
}

export interface InstallationPorts extends SealingPorts {
  /** `deriveKeys(…).check`. */
  readonly keyCheck: string;
}

export interface InstallationState {
  readonly id: string;
  /** Whether this call made it. */
  readonly isNew: boolean;
}

/**
 * Makes an empty store an installation, or checks that a present one belongs to this secret key.
 *
 * Shape:  one transaction; `first` is made only together with the installation itself, so that a project that somebody renamed or a
 *         start without it changes nothing.
 * Errors: `ProblemError("conflict")` when the store was made with another secret key.
 * Source: ADR-0009.
 */
export async function initialiseInstallation(ports: InstallationPorts, first: FirstProject | null): Promise<InstallationState> {
  return await ports.store.transaction(async (tx) => {
    const present = await tx.installation();
    if (present === null) return { id: await makeInstallation(tx, ports, first), isNew: true };
    if (present.keyCheck === ports.keyCheck) return { id: present.id, isNew: false };
    throw new ProblemError(
      "conflict",
      "This store was made with another DIMMER_SECRET_KEY. Start with that one: without it signing keys cannot be opened and the audit cannot be verified.",
    );
  });
}

async function makeInstallation(tx: StoreTransaction, ports: InstallationPorts, first: FirstProject | null): Promise<string> {
  const at = ports.clock();
  const id = drawId("inst", ports.random);
  await tx.putInstallation({ id, createdAt: at, keyCheck: ports.keyCheck, mark: "" });
  const entry = {
    chain: INSTALLATION_CHAIN,
    at,
    action: "installation.create",
    actor: INSTALLER.actor,
    details: { installation: id },
  };
  await appendAudit(tx, entry, ports);
  if (first === null) return id;
  await addProject(tx, ports, INSTALLER, first.project);
  await addEnvironment(tx, ports, INSTALLER, { project: first.project.key, ...first.environment });
  return id;
}
