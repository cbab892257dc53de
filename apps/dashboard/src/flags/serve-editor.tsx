/** What somebody gets: one variant, or a split by shares. */

import { X } from "lucide-react";
import { useId } from "react";
import type { Rest, Serve, ServeSplit } from "@dimmer/evaluation";
import { useKnownAttributes } from "../conditions/use-known-attributes.ts";
import { IconButton } from "../ui/button.tsx";
import { CompactSelect } from "../ui/field.tsx";
import { variantColour } from "../ui/variant-colour.ts";
import { useFlagPlace } from "./flag-place.ts";
import { leftOf } from "./rule-sentences.ts";

export interface ServeEditorProps {
  readonly serve: Serve;
  /** After the default there is no next rule. */
  readonly isDefault: boolean;
  readonly onChange: (serve: Serve) => void;
}

export function ServeEditor({ serve, isDefault, onChange }: ServeEditorProps) {
  const { variants } = useFlagPlace();
  const isSplit = "split" in serve;
  const turn = (kind: string) => {
    const [first = "", second] = variants;
    if (kind === "variant") onChange({ variant: isSplit ? largestOf(serve.split, first) : serve.variant });
    else if (!isSplit) {
      const other = serve.variant === first ? second : first;
      onChange({ split: { [serve.variant]: 100, ...(other === undefined ? {} : { [other]: 0 }) } });
    }
  };
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <CompactSelect
          label="One variant or a split"
          value={isSplit ? "split" : "variant"}
          onChange={({ target }) => turn(target.value)}
          choices={[
            { value: "variant", label: "All get" },
            { value: "split", label: "Shares get" },
          ]}
        />
        {!isSplit && (
          <CompactSelect
            label="Variant"
            value={serve.variant}
            onChange={({ target }) => onChange({ variant: target.value })}
            choices={choicesOf(variants)}
            className="font-mono"
          />
        )}
      </div>
      {isSplit && <SplitEditor serve={serve} isDefault={isDefault} onChange={onChange} />}
    </div>
  );
}

const choicesOf = (variants: readonly string[]) => variants.map((name) => ({ value: name, label: name }));

function largestOf(split: ServeSplit["split"], otherwise: string): string {
  const [[name] = [otherwise]] = Object.entries(split).sort(([, one], [, other]) => other - one);
  return name;
}

/** In the select of what the rest get: as the rules below say. No variant is called so. */
const NEXT_RULE = "";

interface SplitEditorProps {
  readonly serve: ServeSplit;
  readonly isDefault: boolean;
  readonly onChange: (serve: Serve) => void;
}

function SplitEditor({ serve, isDefault, onChange }: SplitEditorProps) {
  const { variants } = useFlagPlace();
  const { split } = serve;
  const left = leftOf(split);
  const free = variants.filter((name) => split[name] === undefined);
  return (
    <div className="flex flex-col gap-2">
      {Object.entries(split).map(([name, percent]) => (
        <div key={name} className="flex items-center gap-3">
          <span aria-hidden className="size-3 shrink-0 rounded-full" style={{ background: variantColour(variants, name) }} />
          <span className="min-w-0 flex-1 truncate font-mono sm:max-w-64" title={name}>
            {name}
          </span>
          <input
            type="number"
            min={0}
            max={100}
            step={0.001}
            aria-label={`Percent of ${name}`}
            value={percent}
            onChange={({ target }) => onChange({ ...serve, split: { ...split, [name]: Number(target.value) } })}
            className="figures h-9 w-24 rounded-control border border-line bg-surface px-3 text-right hover:border-line-strong"
          />
          <span className="text-quiet">%</span>
          <IconButton
            label={`Take ${name} out`}
            onClick={() =>
              onChange({ ...serve, split: Object.fromEntries(Object.entries(split).filter(([other]) => other !== name)) })
            }
          >
            <X size={16} />
          </IconButton>
        </div>
      ))}
      <div className="flex flex-wrap items-center gap-2">
        {free.length > 0 && (
          <CompactSelect
            label="Add a variant"
            value=""
            onChange={({ target }) =>
              onChange({ ...serve, split: { ...split, [target.value]: serve.rest === undefined ? Math.max(0, left) : 0 } })
            }
            choices={[{ value: "", label: "Add a variant" }, ...choicesOf(free)]}
          />
        )}
        <RestChoice serve={serve} isDefault={isDefault} left={left} onChange={onChange} />
      </div>
      <SplitDetails serve={serve} onChange={onChange} />
    </div>
  );
}

function RestChoice({ serve, isDefault, left, onChange }: SplitEditorProps & { readonly left: number }) {
  const { variants } = useFlagPlace();
  if (left <= 0 && serve.rest === undefined) return null;
  const choose = (value: string) => {
    const { rest: _rest, ...others } = serve;
    if (value === NONE) onChange(others);
    else onChange({ ...others, rest: value === NEXT_RULE ? "next-rule" : { variant: value } });
  };
  return (
    <label className="figures flex flex-wrap items-center gap-2 text-quiet">
      The other {Math.max(0, left)} % get
      <CompactSelect
        label="What the rest get"
        value={valueOf(serve.rest)}
        onChange={({ target }) => choose(target.value)}
        choices={[
          { value: NONE, label: "nothing yet" },
          ...(isDefault ? [] : [{ value: NEXT_RULE, label: "what the rules below say" }]),
          ...choicesOf(variants),
        ]}
      />
    </label>
  );
}

/** No variant is called so either: names hold no space. */
const NONE = " ";

function valueOf(rest: Rest | undefined): string {
  if (rest === undefined) return NONE;
  return rest === "next-rule" ? NEXT_RULE : rest.variant;
}

/** What few need: another attribute to split by, and a variant for those who may not have theirs. */
function SplitDetails({ serve, onChange }: Omit<SplitEditorProps, "isDefault">) {
  const { project, environment, variants } = useFlagPlace();
  const attributes = useKnownAttributes({ project: project.key, environment: environment.key });
  const list = useId();
  const set = (field: "by" | "else", value: string) => {
    const { [field]: _field, ...others } = serve;
    onChange(value === "" ? others : { ...others, [field]: value });
  };
  return (
    <details className="text-quiet" open={serve.by !== undefined || serve.else !== undefined}>
      <summary className="w-fit text-small hover:text-ink">Who counts as one, and who may not have it</summary>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2 pt-2">
        <label className="flex flex-wrap items-center gap-2">
          Split by
          <input
            value={serve.by ?? ""}
            list={list}
            placeholder="targetingKey"
            onChange={({ target }) => set("by", target.value)}
            className="h-9 w-48 rounded-control border border-line bg-surface px-3 font-mono text-small text-ink hover:border-line-strong"
          />
          <datalist id={list}>
            {attributes.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </datalist>
        </label>
        <div className="flex flex-wrap items-center gap-2">
          Who may not have theirs gets
          <CompactSelect
            label="Instead of a restricted variant"
            value={serve.else ?? ""}
            onChange={({ target }) => set("else", target.value)}
            choices={[{ value: "", label: "the fallback" }, ...choicesOf(variants)]}
          />
        </div>
      </div>
    </details>
  );
}
