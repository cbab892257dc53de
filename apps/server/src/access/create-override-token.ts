/** Override tokens: variants that a preview shows, signed for one environment and for a time. */

import { type Issue, LIMITS, signToken, suggest } from "@dimmer/evaluation";
import { OVERRIDE_TOKEN_SECONDS, type OverrideToken, ProblemError } from "@dimmer/protocol";
import { appendAudit, projectChain } from "../audit/append-audit.ts";
import type { Author } from "../flags/apply-change.ts";
import type { FlagRecord, StoreTransaction } from "../storage/store.ts";
import type { SealingPorts } from "./access-ports.ts";
import { audienceOf, hmacSha256 } from "./environment-tokens.ts";
import { requireRightNow } from "./principal.ts";
import { listSigningKeys } from "./signing-keys.ts";

/** Flags that one token may override. */
export const MAX_OVERRIDES = 100;

export interface OverrideOrder {
  readonly project: string;
  readonly environment: string;
  /** Flag key → variant. */
  readonly overrides: Readonly<Record<string, string>>;
  readonly expiresInSeconds?: number | undefined;
}

/**
 * Makes an override token.
 *
 * Shape:  stateless, so nothing is stored but the audit row, which says which flags and until when and not the token.
 * Errors: `ProblemError`: forbidden, not-found; invalid-request with an issue for each flag or variant that is not there.
 * Source: ADR-0031.
 */
export async function createOverrideToken(ports: SealingPorts, author: Author, order: OverrideOrder): Promise<OverrideToken> {
  const { project, environment, overrides, expiresInSeconds = OVERRIDE_TOKEN_SECONDS.usual } = order;
  const place = { project, environment };
  return await ports.store.transaction(async (tx) => {
    const at = ports.clock();
    await requireRightNow(tx, author, "token.create", place, at);
    if ((await tx.getEnvironment(project, environment)) === null)
      throw new ProblemError("not-found", `There is no environment ${environment} in project ${project}.`);
    await refuseUnknown(tx, order);
    const [key] = await listSigningKeys(tx, ports.sealing, place);
    if (key === undefined) throw new Error(`the environment ${audienceOf(place)} has no signing key`);
    const expiresAt = Math.floor(at / 1_000 + expiresInSeconds) * 1_000;
    const token = signToken("overrides", { audience: audienceOf(place), expiresAt, content: overrides }, key, hmacSha256);
    if (token.length > LIMITS.tokenChars)
      throw new ProblemError(
        "invalid-request",
        `The token would be longer than ${LIMITS.tokenChars} characters. Name fewer flags.`,
      );
    const details = { environment, overrides, expiresAt, signingKey: key.id };
    await appendAudit(
      tx,
      { chain: projectChain(project), at, action: "override-token.create", actor: author.actor, details },
      ports,
    );
    return { token, expiresAt: new Date(expiresAt).toISOString() };
  });
}

async function refuseUnknown(tx: StoreTransaction, { project, environment, overrides }: OverrideOrder): Promise<void> {
  const issues: Issue[] = [];
  for (const [flag, variant] of Object.entries(overrides)) {
    const record = await tx.getFlag(project, flag);
    const issue = isServed(record, environment) ? variantIssue(record, variant) : flagIssue(flag, environment);
    if (issue !== undefined) issues.push(issue);
  }
  if (issues.length > 0) throw new ProblemError("invalid-request", "Some of the overrides cannot be shown.", { issues });
}

const isServed = (record: FlagRecord | null, environment: string): record is FlagRecord =>
  record !== null && record.archivedAt === null && Object.hasOwn(record.environments, environment);

const flagIssue = (flag: string, environment: string): Issue => ({
  path: pathOf(flag),
  code: "unknown-flag",
  message: `There is no flag ${flag} in ${environment}.`,
  mend: "Name a flag that this environment has.",
  severity: "error",
});

function variantIssue({ key, variants }: FlagRecord, variant: string): Issue | undefined {
  if (Object.hasOwn(variants, variant)) return undefined;
  const names = Object.keys(variants);
  const nearest = suggest(variant, names);
  return {
    path: pathOf(key),
    code: "unknown-variant",
    message: `${key} has no variant ${variant}.`,
    mend: nearest === undefined ? `Name one of ${names.join(", ")}.` : `Did you mean ${nearest}?`,
    severity: "error",
  };
}

const pathOf = (flag: string): string => `/overrides/${flag.replaceAll("~", "~0").replaceAll("/", "~1")}`;
