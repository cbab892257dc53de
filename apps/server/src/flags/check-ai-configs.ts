/** What is likely to hurt in a flag whose values are AI configs, though nothing forbids it: warnings at save. */

import type { FlagEnvironment, JsonValue } from "@dimmer/evaluation";
import { judgeModel, type ModelQuestion } from "../prices/judge-model.ts";
import type { FlagRecord, ValueVersionRecord } from "../storage/store.ts";
import { servesOf } from "./addresses.ts";
import { valuesOf } from "./check-values.ts";
import { isSplit } from "./lay-split.ts";
import type { Finding } from "./locate-issue.ts";
import { flagEnvironmentResource, flagResource, type ProjectState } from "./project-state.ts";
import { pointerSegment } from "./refusal.ts";

/**
 * Shape:  warnings only: a model that has no price, is leaving, or may become another any day; a fallback that goes down with the
 *         provider that it protects from.
 * Errors: none.
 */
export function checkAiConfigs(state: ProjectState, record: FlagRecord, now: number): Finding[] {
  const versions = state.versions.get(record.key);
  if (record.definition.schema !== "ai-config" || versions === undefined) return [];
  return [
    ...Object.keys(record.variants).flatMap((variant) =>
      checkModel(record, versions, variant, { now, own: state.prices.prices }),
    ),
    ...Object.entries(record.environments).flatMap(([environment, { config }]) =>
      checkFallback(record, versions, environment, config),
    ),
  ];
}

function checkModel(
  record: FlagRecord,
  versions: readonly ValueVersionRecord[],
  variant: string,
  known: Pick<ModelQuestion, "now" | "own">,
): Finding[] {
  const said = new Set<string>();
  return valuesOf(record, versions, variant).flatMap(({ name, value }) => {
    const { provider, model } = calledBy(value);
    const judged = model === undefined ? undefined : judgeModel({ provider, model, ...known });
    if (judged === undefined || said.has(model ?? "")) return [];
    said.add(model ?? "");
    const path = `/variants${pointerSegment(variant)}/value/model`;
    const { code, why, mend } = judged;
    const message = `${variant} (${name}): ${why}`;
    return [{ resource: flagResource(record.key), issue: { path, code, message, mend, severity: "warning" as const } }];
  });
}

/** Where every model of the fallback is of the provider of an arm, the provider's failure is everybody's. */
function checkFallback(
  record: FlagRecord,
  versions: readonly ValueVersionRecord[],
  environment: string,
  config: FlagEnvironment,
): Finding[] {
  const providerOf = (variant: string): string | undefined => {
    const number = config.published?.[variant] ?? record.variants[variant]?.latest;
    const version = versions.find((one) => one.variant === variant && one.number === number);
    return version === undefined ? undefined : calledBy(version.value).provider;
  };
  const fallback = typeof config.fallback === "string" ? [config.fallback] : config.fallback.map(({ variant }) => variant);
  // A canned reply needs no provider.
  if (fallback.some((variant) => providerOf(variant) === undefined)) return [];
  const arms = [
    ...new Set([...servesOf(config).values()].flatMap((serve) => (isSplit(serve) ? Object.keys(serve.split) : [serve.variant]))),
  ];
  const exposed = arms.filter((arm) => {
    const provider = providerOf(arm);
    return provider !== undefined && fallback.every((variant) => providerOf(variant) === provider);
  });
  const provider = exposed[0] === undefined ? undefined : providerOf(exposed[0]);
  if (provider === undefined) return [];
  const message = `The fallback of ${environment} calls ${provider} only, as ${exposed.join(", ")} do${exposed.length === 1 ? "es" : ""}: when ${provider} is down, so is the fallback.`;
  const mend = "Add a variant of another provider to the fallback, or one with a `reply` at its end.";
  const issue = { path: "/fallback", code: "fallback-shares-provider", message, mend, severity: "warning" as const };
  return [{ resource: flagEnvironmentResource(record.key, environment), issue }];
}

interface Called {
  readonly provider: string | undefined;
  readonly model: string | undefined;
}

/** A draft may be anything. */
export function calledBy(value: JsonValue): Called {
  const config: object = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  const text = (name: string): string | undefined => {
    const found: unknown = Object.hasOwn(config, name) ? Reflect.get(config, name) : undefined;
    return typeof found === "string" ? found : undefined;
  };
  return { provider: text("provider"), model: text("model") };
}
