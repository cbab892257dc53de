/** A rollout as a stair that the lamp climbs: shares, how long each lasts, and how far the one it stands on has come. */

import { UserRoundCheck } from "lucide-react";
import type { RolloutPlan, RolloutView, StepView } from "@dimmer/protocol";
import { sayPercent } from "@dimmer/evaluation";
import { classNames } from "../ui/class-names.ts";
import { Lamp } from "../ui/lamp.tsx";
import { layStair, type StairStep } from "./lay-stair.ts";
import { isTurning } from "./say-rollout.ts";
import { sayMinutes } from "./say-wait.ts";

export interface StairProps {
  readonly rollout: Pick<RolloutView, "steps" | "state" | "variant"> & { readonly plan: Pick<RolloutPlan, "holdback"> };
  /** Where it is still planned: the step that is looked at. */
  readonly choice?: { readonly at: number; readonly onChoose: (at: number) => void };
}

export function Stair({ rollout: { steps, state, variant, plan }, choice }: StairProps) {
  const drawn = layStair({ steps, state });
  return (
    // One scrolls along it with the keys where there are many steps.
    <ol
      aria-label={`Steps of ${variant}`}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="flex overflow-x-auto pt-10"
    >
      {steps.map((step, at) => {
        const stair = drawn[at];
        return stair === undefined ? null : (
          <Step
            key={step.percent}
            step={step}
            stair={stair}
            isTurning={isTurning({ state })}
            isChosen={choice?.at === at}
            onChoose={choice === undefined ? undefined : () => choice.onChoose(at)}
            holdback={at === steps.length - 1 ? plan.holdback : null}
          />
        );
      })}
    </ol>
  );
}

interface StepProps {
  readonly step: StepView;
  readonly stair: StairStep;
  readonly isTurning: boolean;
  readonly isChosen: boolean;
  readonly onChoose: (() => void) | undefined;
  readonly holdback: RolloutPlan["holdback"];
}

function Step({ step, stair, isTurning: turns, isChosen, onChoose, holdback }: StepProps) {
  const { percent, dwellMinutes, approval, catches, blastRadius } = step;
  const isHere = stair.look === "current" || stair.look === "fallen";
  return (
    <li className="relative flex min-w-24 flex-1 flex-col" aria-current={stair.look === "current" ? "step" : undefined}>
      {onChoose !== undefined && (
        <button
          type="button"
          aria-pressed={isChosen}
          aria-label={`Step at ${sayPercent(percent)}`}
          onClick={onChoose}
          className="absolute inset-0 z-1 hover:bg-light/5"
        />
      )}
      <div className="relative flex h-44 items-end">
        <div className="relative w-full" style={{ height: `${8 + 92 * stair.height}%` }}>
          <Tread stair={stair} />
          <span className="absolute -top-9 left-3 flex items-center gap-2">
            {isHere && (
              <Lamp
                brightness={percent / 100}
                state={stair.look === "fallen" ? "killed" : "on"}
                isTurning={turns && stair.look === "current"}
                size={24}
              />
            )}
            <span
              className={classNames(
                "figures font-semibold whitespace-nowrap",
                (isHere || isChosen) && "text-title",
                stair.look === "ahead" && !isChosen ? "text-quiet" : "text-ink",
              )}
            >
              {sayPercent(percent)}
            </span>
            {approval && (
              <span title="A person says yes before it begins" className="text-quiet">
                <UserRoundCheck size={15} aria-hidden />
                <span className="sr-only">after an approval</span>
              </span>
            )}
          </span>
          {holdback !== null && (
            <span
              title={`${sayPercent(holdback.percent)} stay with the others for ${sayMinutes(holdback.hours * 60)}`}
              className="hatched absolute inset-y-0 right-0 border-l border-line-strong"
              style={{ width: `${Math.max(6, holdback.percent)}%` }}
            />
          )}
        </div>
      </div>
      <div
        className={classNames(
          "flex flex-col border-t px-3 pt-2 pb-1 text-small",
          isChosen ? "border-ink shadow-[inset_0_2px_var(--ink)]" : "border-line-strong",
        )}
      >
        <span className={stair.look === "current" ? "font-semibold" : "text-quiet"}>{sayDwell(stair, dwellMinutes)}</span>
        {catches !== null && <span className="figures text-faint">catches ×{Number(catches.toPrecision(2))} and worse</span>}
        {blastRadius !== null && (
          <span className="figures text-faint">at most {Math.ceil(blastRadius).toLocaleString("en")} people meet it</span>
        )}
      </div>
    </li>
  );
}

function Tread({ stair: { look, passed, percent } }: { readonly stair: StairStep }) {
  const light = 18 + percent * 0.62;
  if (look === "ahead") return <span className="absolute inset-0 border-t-2 border-dashed border-line-strong bg-surface" />;
  if (look === "undone") return <span className="absolute inset-0 border-t-2 border-line-strong bg-line" />;
  if (look === "fallen") return <span className="absolute inset-0 border-t-[3px] border-danger bg-danger-soft" />;
  return (
    <span
      className="absolute inset-0 overflow-hidden border-t-[3px] border-light"
      style={{ background: `color-mix(in oklab, var(--light) ${light / 3}%, var(--ground))` }}
    >
      <span
        className="absolute inset-y-0 left-0 transition-[width] duration-150"
        style={{ width: `${passed * 100}%`, background: `color-mix(in oklab, var(--light) ${light}%, var(--ground))` }}
      />
    </span>
  );
}

function sayDwell({ look, passed }: StairStep, minutes: number): string {
  if (look === "current" && passed < 1) return `${sayMinutes(passed * minutes)} of ${sayMinutes(minutes)}`;
  if (look === "current") return `${sayMinutes(minutes)} are over`;
  if (look === "fallen") return "from here it went back";
  return sayMinutes(minutes);
}

/** The same as a line of small steps, for lists. Shape: decoration. */
export function SmallStair({ steps, state }: Pick<RolloutView, "steps" | "state">) {
  const looks: Readonly<Record<StairStep["look"], string>> = {
    done: "bg-light",
    current: "bg-light",
    ahead: "bg-line",
    undone: "bg-line-strong",
    fallen: "bg-danger",
  };
  return (
    <span aria-hidden className="flex h-8 w-24 shrink-0 items-end gap-px">
      {layStair({ steps, state }).map(({ percent, height, look }) => (
        <span
          key={percent}
          className={classNames("flex-1", looks[look], look === "done" && "opacity-60")}
          style={{ height: `${12 + 88 * height}%` }}
        />
      ))}
    </span>
  );
}
