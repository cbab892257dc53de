/** What one flag answers, and every step that led there. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowDown, Ban, Check } from "lucide-react";
import { type TraceStep, variantsOf } from "@dimmer/evaluation";
import type { Answer } from "../api/client.ts";
import { flagQuery } from "../flags/flag-queries.ts";
import { classNames } from "../ui/class-names.ts";
import { Snippet } from "../ui/copyable.tsx";
import { variantColour } from "../ui/variant-colour.ts";
import { type SaidStep, sayAnswer, sayReason, sayTrace, type StepLook } from "./say-trace.ts";

export interface OneAnswerProps {
  readonly project: string;
  readonly environment: string;
  readonly answer: Answer;
  readonly trace: readonly TraceStep[];
}

export function OneAnswer({ project, environment, answer: { evaluation }, trace }: OneAnswerProps) {
  const { flagKey, variant, value } = evaluation;
  const flag = useQuery({ ...flagQuery(project, flagKey), retry: false });
  const rules = flag.data?.environments[environment]?.config.rules ?? [];
  const nameOfRule = (id: string) => `“${rules.find((rule) => rule.id === id)?.name ?? id}”`;
  const variants = flag.data === undefined ? [] : Object.keys(variantsOf(flag.data.definition));
  return (
    <div className="flex flex-col gap-6">
      <div>
        <p className="flex flex-wrap items-center gap-3">
          {variant !== undefined && (
            <span aria-hidden className="size-3.5 rounded-full" style={{ background: variantColour(variants, variant) }} />
          )}
          <span className="text-large font-semibold tracking-tight break-all">{sayAnswer(evaluation)}</span>
        </p>
        <p className="text-quiet">
          <Link
            to="/projects/$project/flags/$flag"
            params={{ project, flag: flagKey }}
            className="font-semibold break-all text-ink underline-offset-4 hover:underline"
          >
            {flagKey}
          </Link>
          , {sayReason(evaluation)}.
        </p>
      </div>
      <ol className="flex flex-col">
        {sayTrace(trace, nameOfRule).map((step, index) => (
          // Steps have no name of their own, and never change places.
          // oxlint-disable-next-line react/no-array-index-key
          <Step key={index} step={step} />
        ))}
        {trace.length === 0 && <li className="text-quiet">It was asked nothing: everyone gets the same.</li>}
      </ol>
      {value !== undefined && <Snippet text={JSON.stringify(value, undefined, 2)} what="the value" />}
    </div>
  );
}

const ICONS: Readonly<Record<StepLook, typeof Check>> = { decides: Check, passes: ArrowDown, blocks: Ban };

function Step({ step: { look, text, details } }: { readonly step: SaidStep }) {
  const Icon = ICONS[look];
  return (
    <li className="flex gap-3 border-b border-line py-2.5">
      <Icon
        size={16}
        aria-hidden
        className={classNames(
          "mt-1 shrink-0",
          look === "decides" ? "text-light-ink" : "text-faint",
          look === "blocks" && "text-danger",
        )}
      />
      <div className="min-w-0">
        <p className={classNames("break-words", look === "decides" ? "font-semibold" : "text-quiet")}>{text}</p>
        {details.length > 0 && (
          <ul className="mt-1 text-small text-quiet">
            {details.map((detail) => (
              <li key={detail} className="break-words">
                {detail}
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}
