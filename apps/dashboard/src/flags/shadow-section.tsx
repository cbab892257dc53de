/** Which variant is tried beside what people get, unseen, and how much of it. */

import type { ShadowPolicy } from "@dimmer/evaluation";
import { CheckField, SelectField, TextField } from "../ui/field.tsx";
import { BlockSection } from "./block-section.tsx";
import { readCalls, readDollars, sayShadow, WRONG_CALLS, WRONG_DOLLARS } from "./budgets.ts";
import { type FlagBlock, useFlagPlace } from "./flag-place.ts";

/** As somebody types it. */
interface TypedShadow {
  readonly variant: string;
  readonly percent: string;
  readonly calls: string;
  /** Dollars; empty for no bound. */
  readonly daily: string;
}

export function ShadowSection({ block }: { readonly block: FlagBlock }) {
  const { environment, flag, variants } = useFlagPlace();
  const saved = block.config.shadow ?? null;
  const typedSaved =
    saved === null
      ? null
      : {
          variant: saved.variant,
          percent: String(saved.percent),
          calls: String(saved.callsPerMinute),
          daily: saved.dailyBudgetMicroUsd === undefined ? "" : String(saved.dailyBudgetMicroUsd / 1e6),
        };
  const usual: TypedShadow = { variant: variants[0] ?? "", percent: "5", calls: "10", daily: "" };
  return (
    <BlockSection<TypedShadow | null>
      title="Tried unseen"
      about="A candidate is asked what real people ask, before anybody gets its answers. It costs as much as any call."
      block={block}
      saved={typedSaved}
      words={
        <p className={saved === null ? "text-quiet first-letter:uppercase" : "break-words first-letter:uppercase"}>
          {sayShadow(saved)}.
        </p>
      }
      editOf={(typed) => {
        const shadow = typed === null ? null : readShadow(typed);
        return {
          operation: { kind: "set-shadow", flag: flag.key, environment: environment.key, shadow: shadow ?? null },
          suggested: sayShadow(shadow ?? null),
          problem: shadow === undefined ? "Give a share from 0 to 100, calls a minute, and dollars or none." : undefined,
        };
      }}
    >
      {(typed, set) => (
        <>
          <CheckField
            label="Try a variant unseen"
            checked={typed !== null}
            onChange={({ target }) => set(target.checked ? (typedSaved ?? usual) : null)}
          />
          {typed !== null && (
            <div className="grid gap-x-4 sm:grid-cols-2">
              <SelectField
                label="Variant"
                value={typed.variant}
                choices={variants.map((name) => ({ value: name, label: name }))}
                hint="Whoever gets it anyway is not asked twice."
                onChange={({ target }) => set({ ...typed, variant: target.value })}
              />
              <TextField
                label="Share of people, %"
                inputMode="decimal"
                autoComplete="off"
                value={typed.percent}
                hint="The same people each time."
                problem={readPercent(typed.percent) === undefined ? "A share is a number from 0 to 100." : undefined}
                onChange={({ target }) => set({ ...typed, percent: target.value })}
              />
              <TextField
                label="Calls a minute, at most"
                inputMode="numeric"
                autoComplete="off"
                value={typed.calls}
                hint="In each instance of the app."
                problem={readCalls(typed.calls) === undefined ? WRONG_CALLS : undefined}
                onChange={({ target }) => set({ ...typed, calls: target.value })}
              />
              <TextField
                label="Dollars a day, at most"
                inputMode="decimal"
                autoComplete="off"
                value={typed.daily}
                placeholder="No bound"
                hint="Of all instances together, in UTC."
                problem={typed.daily.trim() !== "" && readDollars(typed.daily) === undefined ? WRONG_DOLLARS : undefined}
                onChange={({ target }) => set({ ...typed, daily: target.value })}
              />
            </div>
          )}
        </>
      )}
    </BlockSection>
  );
}

function readShadow({ variant, percent, calls, daily }: TypedShadow): ShadowPolicy | undefined {
  const [share, callsPerMinute, dailyBudgetMicroUsd] = [readPercent(percent), readCalls(calls), readDollars(daily)];
  if (share === undefined || callsPerMinute === undefined) return undefined;
  const policy = { variant, percent: share, callsPerMinute };
  if (daily.trim() === "") return policy;
  return dailyBudgetMicroUsd === undefined ? undefined : { ...policy, dailyBudgetMicroUsd };
}

/** To 0.001 %. */
const readPercent = (text: string): number | undefined =>
  /^\d{1,3}(?:\.\d{1,3})?$/u.test(text.trim()) && Number(text) <= 100 ? Number(text) : undefined;
