/** The result of an experiment: one sentence first, then what it rests on, from the most to the least that one needs. */

import type { ExperimentResult, ExperimentView } from "@dimmer/protocol";
import { sayPercent } from "@dimmer/evaluation";
import { Section } from "../ui/page.tsx";
import { StatusLight } from "../ui/status-light.tsx";
import { Time } from "../ui/time.tsx";
import { variantColour } from "../ui/variant-colour.ts";
import { ForestPlot } from "./forest-plot.tsx";
import { inOrder } from "./lay-forest.ts";
import {
  effectStatus,
  metricWords,
  ROLE_WORDS,
  sayEffect,
  sayProgress,
  saySampleRatio,
  SEGMENT_WORDS,
  VERDICT_STATUS,
} from "./say-experiment.ts";

export interface ResultSectionProps {
  readonly experiment: ExperimentView;
  readonly result: ExperimentResult;
  /** All of the flag, for their colours. */
  readonly variants: readonly string[];
}

export function ResultSection({ experiment, result, variants }: ResultSectionProps) {
  return (
    <>
      <section aria-label="Result" className="flex flex-col gap-3 rounded-control border border-line bg-surface p-5 sm:p-6">
        <p className="flex items-start gap-3 text-title font-semibold">
          <span className="flex h-7 items-center">
            <StatusLight status={VERDICT_STATUS[result.verdict]} isLarge />
          </span>
          <span className="min-w-0 break-words">{result.say}</span>
        </p>
        {result.details.map((sentence) => (
          <p key={sentence} className="max-w-prose break-words">
            {sentence}
          </p>
        ))}
        <People result={result} variants={variants} />
        <p className={`text-small ${result.sampleRatio.isFlagged ? "text-danger" : "text-quiet"}`}>
          {saySampleRatio(result)}{" "}
          {result.dropped.people > 0 &&
            `${result.dropped.people.toLocaleString("en")} people met two variants and are in no figure${result.dropped.isWarning ? ", which is too many" : ""}.`}{" "}
          As of <Time at={result.asOf} />.
        </p>
      </section>
      {result.effects.length > 0 && (
        <Section
          title="What differs"
          about={
            experiment.bandit === null
              ? "A band is where the true difference surely lies, whenever one looks; the dot is what was seen."
              : "Weights follow the data, so there is no test here; the dot is what was seen."
          }
        >
          <ForestPlot effects={result.effects} baseline={experiment.baseline} of={experiment.name} />
          <Effects result={result} />
        </Section>
      )}
      {result.best !== null && <Best result={result} variants={variants} />}
      <Segments result={result} />
      {result.remarks.length > 0 && (
        <Section title="To be known">
          <ul className="flex flex-col gap-1">
            {result.remarks.map(({ at, say }) => (
              <li key={`${at} ${say}`} className="break-words">
                {say}
                {at !== null && (
                  <span className="text-quiet">
                    {" "}
                    <Time at={at} />
                  </span>
                )}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

/** How many took part, of how many were planned. */
function People({ result, variants }: { readonly result: ExperimentResult; readonly variants: readonly string[] }) {
  const { people, planned } = result;
  const all = people.reduce((sum, one) => sum + one.people, 0);
  const whole = Math.max(all, planned.people ?? 0, 1);
  return (
    <div className="flex flex-col gap-2 border-t border-line pt-4">
      <p className="figures text-small text-quiet">{sayProgress(result)}</p>
      <div aria-hidden className="flex h-2 overflow-hidden rounded-full bg-line">
        {people.map((one) => (
          <span
            key={one.variant}
            style={{ width: `${(one.people / whole) * 100}%`, background: variantColour(variants, one.variant) }}
          />
        ))}
      </div>
      <ul className="flex flex-wrap gap-x-5 gap-y-1 text-small">
        {people.map((one) => (
          <li key={one.variant} className="flex min-w-0 items-center gap-1.5">
            <span
              aria-hidden
              className="size-2.5 shrink-0 rounded-full"
              style={{ background: variantColour(variants, one.variant) }}
            />
            <span className="truncate">{one.variant}</span>
            <span className="figures text-quiet">{one.people.toLocaleString("en")}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Effects({ result: { effects } }: { readonly result: ExperimentResult }) {
  return (
    <ul className="flex flex-col border-t border-line">
      {inOrder(effects).map((one) => (
        <li key={`${one.metric} ${one.variant}`} className="flex flex-wrap gap-x-4 gap-y-1 border-b border-line py-3">
          <p className="flex min-w-48 flex-1 basis-48 items-start gap-2">
            <span className="flex h-6 items-center">
              <StatusLight status={effectStatus(one)} />
            </span>
            <span className="min-w-0 break-words">
              <span className="font-semibold">{metricWords(one.metric).title}</span>
              <span className="block text-small text-quiet">{ROLE_WORDS[one.role]}</span>
            </span>
          </p>
          <div className="min-w-0 flex-[3] basis-80">
            <p className="break-words">{one.say}</p>
            {(one.bayes !== null || one.cuped !== null) && (
              <p className="figures text-small text-quiet">
                {one.bayes !== null &&
                  `${sayPercent(Math.round(one.bayes.chanceBetter * 1_000) / 10)} likely to be better, not corrected for looking. `}
                {one.cuped !== null &&
                  `The week before explains ${sayPercent(Math.round(one.cuped.explained * 100))} of the noise, and is taken out.`}
              </p>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Best({ result, variants }: { readonly result: ExperimentResult; readonly variants: readonly string[] }) {
  const weights = result.weights.at(-1)?.percent ?? {};
  return (
    <Section title="Who does best" about="Shares go, hour by hour, to what does best; none falls below its floor.">
      <ul className="flex flex-col gap-3">
        {Object.entries(result.best ?? {}).map(([variant, chance]) => (
          <li key={variant} className="grid grid-cols-[minmax(0,10rem)_minmax(0,1fr)_auto] items-center gap-4">
            <span className="truncate">{variant}</span>
            <span aria-hidden className="h-2 overflow-hidden rounded-full bg-line">
              <span
                className="block h-full"
                style={{ width: `${weights[variant] ?? 0}%`, background: variantColour(variants, variant) }}
              />
            </span>
            <span className="figures text-quiet">
              {sayPercent(Math.round((weights[variant] ?? 0) * 10) / 10)} of people, {sayPercent(Math.round(chance * 100))} likely
              best
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Parts of the people, drawn towards the whole: one that stands out by chance does not stand out here. */
function Segments({ result: { segments } }: { readonly result: ExperimentResult }) {
  if (segments.length === 0) return null;
  return (
    <Section title="Part by part" about="Drawn towards the whole by as much as parts differ by chance.">
      <div className="grid gap-x-10 gap-y-6 md:grid-cols-2">
        {segments.map(({ segment, variant, parts, p }) => (
          <table key={`${segment} ${variant}`} className="figures w-full text-left">
            <caption className="pb-1 text-left font-semibold">
              {SEGMENT_WORDS[segment]}, {variant}
              <span className="font-normal text-quiet"> {p < 0.05 ? "parts differ" : "no part is known to differ"}</span>
            </caption>
            <tbody>
              {parts.map((one) => (
                <tr key={one.part} className="border-b border-line">
                  <th scope="row" className={`py-2 pr-4 break-all ${one.isNotable ? "" : "font-normal"}`}>
                    {one.part}
                  </th>
                  <td className="py-2 pr-4 text-right text-quiet">{one.people.toLocaleString("en")} people</td>
                  <td className="py-2 text-right" title={`${sayEffect(one.effect)} before it was drawn to the whole`}>
                    {sayEffect(one.shrunk)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
    </Section>
  );
}
