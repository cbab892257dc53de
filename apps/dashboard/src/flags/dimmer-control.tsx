/** The dimmer: one large slider a split, that says whom it moves before anything is saved. */

import { type CSSProperties, useState } from "react";
import { TrendingUp } from "lucide-react";
import type { Serve } from "@dimmer/evaluation";
import { ButtonLink } from "../ui/button.tsx";
import { CompactSelect } from "../ui/field.tsx";
import { RadioGroup } from "../ui/radio-group.tsx";
import { variantColour } from "../ui/variant-colour.ts";
import { SaveBar } from "./save-bar.tsx";
import { isSame, round, sayTurn, type Shares, sharesOf, splitEdit, type SplitAddress, turn } from "./shares.ts";

export interface DimmerControlProps {
  readonly project: string;
  readonly address: SplitAddress;
  /** Who gets there, in words: "everyone else", "plan is pro". */
  readonly who: string;
  readonly serve: Serve;
  readonly variants: readonly string[];
  /** The revision of the flag's block in this environment that is shown. */
  readonly revision: number;
  /** People seen this week at this address; undefined where nobody counts them. */
  readonly people: number | undefined;
  readonly mayEdit: boolean;
}

/** What somebody is turning, and what it was when they began. */
interface Draft {
  readonly shares: Shares;
  readonly saved: Shares;
}

export function DimmerControl({ project, address, who, serve, variants, revision, people, mayEdit }: DimmerControlProps) {
  const saved = sharesOf(serve, variants);
  // Undefined while nobody has turned anything: then somebody else's edit shows at once.
  const [draft, setDraft] = useState<Draft>();
  const [chosen, setChosen] = useState<string>();
  const turned = chosen ?? mainVariant(saved, variants);
  const shares = draft?.shares ?? saved;
  const percent = shares[turned] ?? 0;
  const obstacle = mayEdit ? undefined : "Your role does not let you turn shares here.";
  const set = (next: number) => {
    const heir = variants.find((name) => name !== turned);
    const from = draft ?? { saved };
    setDraft({ ...from, shares: turn(shares, turned, round(Math.min(100, Math.max(0, next))), heir) });
  };
  return (
    <div className="flex flex-col gap-4 rounded-control border border-line bg-surface p-5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h3 className="font-semibold">For {who}</h3>
        <p className="figures text-small text-quiet">
          {people === undefined ? "" : `about ${people.toLocaleString("en")} people this week`}
        </p>
      </div>
      <ShareBar shares={shares} variants={variants} />
      <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
        <VariantChoice variants={variants} chosen={turned} onChoose={setChosen} shares={shares} />
        <ButtonLink
          look="bare"
          className="sm:ml-auto"
          icon={<TrendingUp size={16} aria-hidden />}
          to="/projects/$project/rollouts/new"
          params={{ project }}
          search={{
            flag: address.flag,
            variant: turned,
            ...(address.rule === "default" ? {} : { rule: address.rule }),
          }}
        >
          Roll it out step by step
        </ButtonLink>
      </div>
      <div className="grid items-center gap-4 sm:grid-cols-[1fr_auto]">
        <input
          type="range"
          min={0}
          max={100}
          step={1}
          value={percent}
          disabled={!mayEdit}
          title={obstacle}
          onChange={({ target }) => set(Number(target.value))}
          aria-label={`Share of ${turned} for ${who}`}
          aria-valuetext={`${percent} %`}
          className="dimmer"
          style={{ "--share": `${percent}%` } as CSSProperties}
        />
        <label className="flex items-center gap-2">
          <span className="sr-only">Percent of {turned}</span>
          <input
            type="number"
            min={0}
            max={100}
            step={0.001}
            value={percent}
            disabled={!mayEdit}
            title={obstacle}
            onChange={({ target }) => set(Number(target.value))}
            className="figures h-12 w-32 rounded-control border border-line bg-ground px-3 text-right text-large font-semibold hover:border-line-strong"
          />
          <span className="text-title text-quiet">%</span>
        </label>
      </div>
      {draft !== undefined && !isSame(draft.shares, draft.saved) && (
        <SaveBar
          project={project}
          operations={[splitEdit(address, serve, draft.shares)]}
          suggested={sayTurn(draft.saved, draft.shares)}
          expected={{ [`flags/${address.flag}/environments/${address.environment}`]: revision }}
          isStale={!isSame(draft.saved, saved)}
          people={people}
          onReset={() => setDraft(undefined)}
        />
      )}
    </div>
  );
}

/** What is being turned: the one that is partly on, else the first. */
function mainVariant(shares: Shares, variants: readonly string[]): string {
  const [first = ""] = variants;
  if ((shares[first] ?? 0) > 0) return first;
  return variants.find((name) => (shares[name] ?? 0) > 0 && (shares[name] ?? 0) < 100) ?? first;
}

function ShareBar({ shares, variants }: { readonly shares: Shares; readonly variants: readonly string[] }) {
  return (
    <div aria-hidden className="flex h-2 gap-px overflow-hidden rounded-full bg-line">
      {variants
        .filter((name) => (shares[name] ?? 0) > 0)
        .map((name) => (
          <span
            key={name}
            className="transition-[flex-grow] duration-150"
            style={{ flexGrow: shares[name] ?? 0, background: variantColour(variants, name) }}
          />
        ))}
    </div>
  );
}

interface VariantChoiceProps {
  readonly variants: readonly string[];
  readonly chosen: string;
  readonly shares: Shares;
  readonly onChoose: (variant: string) => void;
}

/** Variants that are all shown; of more those with a share, and the one that is turned. */
const ALL_SHOWN = 8;

function VariantChoice({ variants, chosen, shares, onChoose }: VariantChoiceProps) {
  const isShown = (name: string) => variants.length <= ALL_SHOWN || name === chosen || (shares[name] ?? 0) > 0;
  const others = variants.filter((name) => !isShown(name));
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-1">
      <RadioGroup
        label="Variant to turn"
        chosen={chosen}
        onChoose={onChoose}
        className="figures"
        choiceClassName="rounded-full"
        choices={variants.filter(isShown).map((name) => ({
          value: name,
          label: (
            <>
              <span
                aria-hidden
                className="size-2.5 shrink-0 rounded-full"
                style={{ background: variantColour(variants, name) }}
              />
              <span className="truncate">{name}</span>
              <span className="whitespace-nowrap">{shares[name] ?? 0} %</span>
            </>
          ),
        }))}
      />
      {others.length > 0 && (
        <CompactSelect
          label="Turn another variant"
          value=""
          onChange={({ target }) => onChoose(target.value)}
          choices={[{ value: "", label: `${others.length} more` }, ...others.map((name) => ({ value: name, label: name }))]}
        />
      )}
    </div>
  );
}
