/** How far the evidence is on its way: to the left that harm is ruled out, to the right that it is rolled back. */

import type { GuardrailReading } from "@dimmer/protocol";
import { ACTION_WORDS, layGauge } from "./guardrail-words.ts";

/** Shape: decoration; the words beside it say how it stands. */
export function EvidenceGauge({ reading }: { readonly reading: GuardrailReading }) {
  const { ruledOut, harm, pause } = layGauge(reading);
  return (
    <div aria-hidden className="flex w-full flex-col gap-1">
      <div className="relative grid h-3 grid-cols-2">
        <span className="relative overflow-hidden rounded-l-full bg-line">
          <span
            className="absolute inset-y-0 right-0 bg-healthy transition-[width] duration-150"
            style={{ width: `${ruledOut * 100}%`, opacity: ruledOut === 1 ? 1 : 0.55 }}
          />
        </span>
        <span className="relative overflow-hidden rounded-r-full bg-line">
          <span
            className="absolute inset-y-0 left-0 bg-danger transition-[width] duration-150"
            style={{ width: `${harm * 100}%`, opacity: harm >= pause ? 1 : 0.55 }}
          />
          {reading.action === "rollback" && (
            <span className="absolute inset-y-0 w-px bg-line-strong" style={{ left: `${pause * 100}%` }} />
          )}
        </span>
        <span className="absolute -inset-y-1 left-1/2 w-0.5 -translate-x-1/2 bg-ink" />
      </div>
      <div className="flex justify-between text-small text-faint">
        <span>harm ruled out</span>
        <span>{ACTION_WORDS[reading.action]}</span>
      </div>
    </div>
  );
}
