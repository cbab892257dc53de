/** Uses of models, gathered by provider and model, and in words. */

import { listOf } from "@dimmer/evaluation";
import type { ModelPlace, ModelQuery, ModelUse } from "@dimmer/protocol";

export interface ProviderUses {
  /** Null where values name a model and no provider. */
  readonly provider: string | null;
  readonly models: readonly ModelUses[];
}

export interface ModelUses {
  /** Null where a value names a provider and no model. */
  readonly model: string | null;
  readonly provider: string | null;
  readonly uses: readonly ModelUse[];
  /** What its kill looks for. */
  readonly query: ModelQuery;
}

/**
 * Shape:  in the order of the names. A text that is a model's name counts to the one provider of that model, where there is one only; its kill
 *         then looks for the model alone, which finds the text too.
 */
export function groupUses(uses: readonly ModelUse[]): readonly ProviderUses[] {
  const providers = new Map<string, Set<string>>();
  for (const { model, provider } of uses)
    if (model !== null && provider !== null) providers.set(model, (providers.get(model) ?? new Set()).add(provider));
  const groups = new Map<string, ModelUses>();
  for (const use of uses) {
    const known = [...(providers.get(use.model ?? "") ?? [])];
    const provider = use.provider ?? (known.length === 1 ? (known[0] ?? null) : null);
    const name = JSON.stringify([provider, use.model]);
    const isAlone = use.model !== null && known.length < 2;
    const query = {
      ...(use.model === null ? {} : { model: use.model }),
      ...(provider === null || isAlone ? {} : { provider }),
    };
    const { uses: before = [] } = groups.get(name) ?? {};
    groups.set(name, { model: use.model, provider, query, uses: [...before, use] });
  }
  const models = [...groups.values()].sort((one, other) => byName(one.model, other.model));
  const names = [...new Set(models.map(({ provider }) => provider))].sort(byName);
  return names.map((provider) => ({ provider, models: models.filter((group) => group.provider === provider) }));
}

/** What has no name comes last. */
const byName = (one: string | null, other: string | null): number =>
  one === null || other === null ? Number(one === null) - Number(other === null) : one.localeCompare(other);

/** "3 flags in Production and Staging", of what is not off already. */
export function sayReach(uses: readonly ModelUse[], nameOf: (environment: string) => string): string {
  const live = uses.filter(isLive);
  if (live.length === 0) return uses.length === 0 ? "Not used" : "Off wherever it is used, or served to nobody";
  const flags = new Set(live.map(({ flag }) => flag)).size;
  const environments = [...new Set(live.map(({ environment }) => nameOf(environment)))];
  return `${flags === 1 ? "1 flag" : `${flags} flags`} in ${listOf(environments, "and")}`;
}

/** Whether people get it through this use now. */
export const isLive = ({ killed, stopped, serves, pinnedOnly }: ModelUse): boolean =>
  !stopped && (pinnedOnly || serves.some(({ kind }) => !killed || kind === "fallback"));

/** To whom it goes, in words. */
export function sayUse({ serves, killed, stopped, pinnedOnly }: ModelUse): string {
  if (stopped) return "stopped already";
  if (pinnedOnly) return "only for sessions that began with an earlier version";
  const places = killed ? serves.filter(({ kind }) => kind === "fallback") : serves;
  const said = places.length === 0 ? "nobody gets it" : listOf(places.map(sayPlace), "and");
  return killed ? `the flag is killed; ${said}` : said;
}

function sayPlace({ kind, rule, percent }: ModelPlace): string {
  const share = percent === null ? "" : `${Math.round(percent * 1_000) / 1_000} % of `;
  if (kind === "target") return "named people";
  if (kind === "fallback") return "as fallback";
  const who = rule === null ? "everyone else" : `rule ${rule}`;
  return kind === "else" ? `those of ${who} who may not have theirs` : `${share}${who}`;
}
