/** Every guardrail as it stands now: in words, with its evidence on the way to either side. */

import { type GuardrailReading, type RolloutTrail, type VerdictEvidence, wordsOfGuardrail } from "@dimmer/protocol";
import { StatusLight } from "../ui/status-light.tsx";
import { EvidenceGauge } from "./evidence-gauge.tsx";
import { sayModels, sayReading, sayStanding, STANDING_STATUS, standingOf } from "./guardrail-words.ts";

export interface GuardrailListProps {
  readonly evidence: VerdictEvidence;
  /** Which know the bounds that a verdict has not asked for. */
  readonly trails: RolloutTrail["guardrails"];
  readonly variant: string;
}

export function GuardrailList({ evidence: { guardrails, never, gates, models }, trails, variant }: GuardrailListProps) {
  const boundOf = (metric: GuardrailReading["metric"]): number | null =>
    trails.find((trail) => trail.metric === metric)?.points.at(-1)?.ratioAtLeast ?? null;
  const answered = sayModels(models, variant);
  return (
    <ul className="-mt-4 flex flex-col">
      {guardrails.map((reading) => {
        const { title, about } = wordsOfGuardrail(reading.metric);
        return (
          <li
            key={reading.metric}
            className="grid items-center gap-x-8 gap-y-2 border-b border-line py-4 md:grid-cols-[minmax(0,1fr)_20rem]"
          >
            <div className="min-w-0">
              <p className="flex flex-wrap items-center gap-2" title={about}>
                <StatusLight status={STANDING_STATUS[standingOf(reading)]} />
                <span className="font-semibold break-words">{title}</span>
                <span className="text-quiet">{sayStanding(reading)}</span>
              </p>
              <p className="figures break-words text-quiet">
                {sayReading({ ...reading, ratioAtLeast: reading.ratioAtLeast ?? boundOf(reading.metric) }, variant)}
              </p>
            </div>
            <EvidenceGauge reading={reading} />
          </li>
        );
      })}
      {never.map(({ event, count, atLeast }) => (
        <Line
          key={event}
          status={count >= atLeast ? "danger" : count > 0 ? "warning" : "healthy"}
          title={event}
          words={count === 0 ? "Must never happen, and has not" : `${count} seen; ${atLeast} roll it back`}
        />
      ))}
      {gates.map(({ suite, state, say }) => (
        <Line
          key={suite}
          status={state === "passed" ? "healthy" : state === "failed" ? "danger" : "unknown"}
          title={suite}
          words={say}
        />
      ))}
      {answered !== undefined && <li className="py-3 text-small break-words text-quiet">{answered}</li>}
    </ul>
  );
}

function Line({
  status,
  title,
  words,
}: {
  readonly status: "healthy" | "warning" | "danger" | "unknown";
  readonly title: string;
  readonly words: string;
}) {
  return (
    <li className="flex flex-wrap items-center gap-2 border-b border-line py-4">
      <StatusLight status={status} />
      <span className="font-semibold break-words">{title}</span>
      <span className="text-quiet">{words}</span>
    </li>
  );
}
