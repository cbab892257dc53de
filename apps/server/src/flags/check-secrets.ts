/** A value that holds a credential: it would travel to every SDK, stand in files and history, and never be gone again. */

import type { JsonValue } from "@dimmer/evaluation";
import type { FlagRecord } from "../storage/store.ts";
import { type NamedValue, valuesOf } from "./check-values.ts";
import type { Finding } from "./locate-issue.ts";
import { flagResource, type ProjectState } from "./project-state.ts";
import { pointerSegment } from "./refusal.ts";

/**
 * The forms that issuers publish so that scanners find them: a prefix of their own and random text behind it. Nothing is guessed from
 * how random a text looks, as prompts hold examples of everything.
 */
const FORMS: readonly (readonly [what: string, form: RegExp])[] = [
  ["an Anthropic key", /\bsk-ant-[A-Za-z0-9_-]{24,}/u],
  ["an OpenAI key", /\bsk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{32,}|[A-Za-z0-9]{40,})/u],
  ["an AWS access key", /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/u],
  ["a Google API key", /\bAIza[0-9A-Za-z_-]{35}\b/u],
  ["a GitHub token", /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})\b/u],
  ["a GitLab token", /\bglpat-[A-Za-z0-9_-]{20,}/u],
  ["a Slack token", /\bxox[abposr]-[A-Za-z0-9-]{20,}/u],
  ["a Stripe key", /\b[rs]k_(?:live|test)_[A-Za-z0-9]{24,}/u],
  ["a Hugging Face token", /\bhf_[A-Za-z0-9]{34,}\b/u],
  ["a Groq key", /\bgsk_[A-Za-z0-9]{40,}\b/u],
  ["an xAI key", /\bxai-[A-Za-z0-9]{60,}\b/u],
  ["an npm token", /\bnpm_[A-Za-z0-9]{36}\b/u],
  ["a Dimmer secret", /\bdm_(?:admin|server|link|setup|personal)_[A-Za-z0-9_-]{40,}/u],
  ["a private key", /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/u],
  ["a JSON Web Token", /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}/u],
];

/** Shape: one finding a value, with the place and never the text. */
export function checkSecrets(state: ProjectState, record: FlagRecord): Finding[] {
  const versions = state.versions.get(record.key);
  if (versions === undefined) return [];
  return Object.keys(record.variants).flatMap((variant) =>
    valuesOf(record, versions, variant).flatMap((named) => findingOf(record, variant, named)),
  );
}

function findingOf(record: FlagRecord, variant: string, { name, value }: NamedValue): Finding[] {
  const found = findSecret(value, "");
  if (found === undefined) return [];
  const path = `/variants${pointerSegment(variant)}/value${found.path}`;
  const message = `${variant} (${name}) holds ${found.what}, and a value travels to every SDK and stays in the history.`;
  const mend = "Take it out, and have its issuer revoke it. Keep credentials in the app's environment and name them here.";
  return [{ resource: flagResource(record.key), issue: { path, code: "secret", message, mend, severity: "error" } }];
}

export interface FoundSecret {
  readonly path: string;
  readonly what: string;
}

/** Shape: the first place that holds one. */
export function findSecret(value: JsonValue, path: string): FoundSecret | undefined {
  if (typeof value === "string") {
    const what = FORMS.find(([, form]) => form.test(value))?.[0];
    return what === undefined ? undefined : { path, what };
  }
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, part] of Object.entries(value)) {
    const found = findSecret(part, path + pointerSegment(name));
    if (found !== undefined) return found;
  }
  return undefined;
}
