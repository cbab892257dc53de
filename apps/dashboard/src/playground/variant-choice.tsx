/** The variants of a flag, and their drafts, of which a few are tried at once. */

import { PLAYGROUND_LIMITS } from "@dimmer/protocol";
import { classNames } from "../ui/class-names.ts";
import { variantColour } from "../ui/variant-colour.ts";
import { type ChosenVariant, nameOf } from "./chosen-variants.ts";

export interface VariantChoiceProps {
  readonly offered: readonly ChosenVariant[];
  readonly chosen: readonly ChosenVariant[];
  /** Every variant of the flag, for their colours. */
  readonly names: readonly string[];
  readonly onToggle: (one: ChosenVariant) => void;
}

export function VariantChoice({ offered, chosen, names, onToggle }: VariantChoiceProps) {
  const on = new Set(chosen.map(nameOf));
  const isFull = chosen.length >= PLAYGROUND_LIMITS.variants;
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-2 text-small font-semibold">
        Variants <span className="font-normal text-quiet">up to {PLAYGROUND_LIMITS.variants} at once</span>
      </legend>
      <div className="flex flex-wrap gap-2">
        {offered.map((one) => {
          const isOn = on.has(nameOf(one));
          return (
            <button
              key={nameOf(one)}
              type="button"
              aria-pressed={isOn}
              disabled={!isOn && isFull}
              onClick={() => onToggle(one)}
              className={classNames(
                "inline-flex h-9 max-w-full items-center gap-2 rounded-control border bg-surface px-3 transition-colors duration-150 disabled:opacity-50",
                isOn ? "border-line-strong font-semibold" : "border-line text-quiet hover:border-line-strong",
              )}
            >
              <span
                aria-hidden
                className={classNames("size-2.5 shrink-0 rounded-full", !isOn && "opacity-40")}
                style={{ background: variantColour(names, one.variant) }}
              />
              <span className="truncate">{one.variant}</span>
              {one.isDraft && <span className="font-normal text-quiet">draft</span>}
            </button>
          );
        })}
      </div>
    </fieldset>
  );
}
