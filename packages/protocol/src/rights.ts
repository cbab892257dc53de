/** Rights, the roles that bundle them, and grants: who may do what, and where. */

import { z } from "zod";

/** One thing that one may do. The list is closed: what it does not name nobody may do. */
export const RIGHTS = [
  /** See flags, segments, environments, history, schedules and telemetry. */
  "read",
  "audit.read",
  /** What the server counts about itself, `/metrics`. */
  "metrics.read",
  /** What a flag is: create, archive, its shared fields, its variants. */
  "flag.edit",
  /** What a flag does in an environment: rules, targets, fallback, requires, pin, what is served. */
  "rule.edit",
  /** The shares of a split. */
  "split.edit",
  /** Drafts of values, and the texts that prompts share. */
  "prompt.edit",
  /** Push eval reports, on which publishing may depend: for CI, which must not be able to edit what it tests. */
  "eval.push",
  /** Experiments: plan, start, end, ship, and who shares people with whom. */
  "experiment.edit",
  /** Guarded rollouts: plan, start, pause, resume and end them. */
  "rollout.edit",
  /** Which version of a value an environment serves. */
  "publish",
  /** Kill a flag, stop a variant. */
  "flag.kill",
  "flag.restore",
  /** Acknowledge and resolve alerts. */
  "alert.edit",
  "segment.edit",
  /** What is declared of evaluation contexts. */
  "context.edit",
  "schedule.edit",
  "link.edit",
  "webhook.edit",
  /** Provider connections: the credentials that Dimmer's own calls of models use. */
  "connection.edit",
  /** Call models from the playground, which costs money. */
  "playground.run",
  /** How flags are watched without a ramp: drift, canary prompts, drills of the fallback. */
  "watch.edit",
  "key.edit",
  "environment.edit",
  "project.edit",
  "people.edit",
  "role.edit",
  /** Make override tokens. */
  "token.create",
  /** Approve or reject change requests. */
  "review",
  "person.erase",
  "backup",
] as const;

export const Right = z.enum(RIGHTS);
export type Right = z.infer<typeof Right>;

const VIEWER = ["read", "audit.read"] as const;
const EDITOR = [
  ...VIEWER,
  "flag.edit",
  "rule.edit",
  "split.edit",
  "prompt.edit",
  "eval.push",
  "experiment.edit",
  "rollout.edit",
  "segment.edit",
  "context.edit",
  "token.create",
  "flag.kill",
  "alert.edit",
  "playground.run",
  "watch.edit",
] as const;

/**
 * The roles that every installation has.
 *
 * Shape:  an editor may kill and stop, because off is the safe side, and not restore. An admin may do everything but what only an
 *         owner may: take the whole store away in a backup, and, as nobody grants more than they hold, make owners.
 * Source: ADR-0035.
 */
export const ROLES = {
  viewer: VIEWER,
  editor: EDITOR,
  publisher: [...EDITOR, "flag.restore", "publish", "schedule.edit", "link.edit", "review"],
  responder: [...VIEWER, "flag.kill", "flag.restore", "alert.edit"],
  admin: RIGHTS.filter((right) => right !== "backup"),
  owner: RIGHTS,
} as const satisfies Readonly<Record<string, readonly Right[]>>;

export type BuiltInRole = keyof typeof ROLES;

/** The name of a role, built in or made here. */
export const RoleName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z][a-z0-9-]*$/u, "A role's name is lower-case letters, digits and hyphens, and begins with a letter.");

/** A role in a place; null stands for every project, and for every environment of the project. */
export const Grant = z.strictObject({
  role: RoleName,
  project: z.string().min(1).max(128).nullable(),
  environment: z.string().min(1).max(128).nullable(),
});
export type Grant = z.infer<typeof Grant>;

/** A grant with what its role allows now. */
export interface HeldGrant extends Grant {
  readonly rights: readonly Right[];
}

/** A role as the API shows it. */
export interface RoleView {
  readonly name: string;
  readonly description: string;
  readonly rights: readonly Right[];
  /** Every installation has it, and nobody edits it. */
  readonly isBuiltIn: boolean;
}

const description = z.string().max(500);
const rights = z
  .array(Right)
  .min(1)
  .max(RIGHTS.length)
  .refine((all) => new Set(all).size === all.length, "Name each right once.");

export const RoleRequest = z.strictObject({ name: RoleName, description: description.optional(), rights });
export type RoleRequest = z.infer<typeof RoleRequest>;

/** What is left out stays. */
export const RoleEdit = z.strictObject({ description: description.optional(), rights: rights.optional() });
export type RoleEdit = z.infer<typeof RoleEdit>;
