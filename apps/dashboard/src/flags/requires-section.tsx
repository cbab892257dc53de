/** Other flags that must serve something before this one serves anything. */

import { Plus, X } from "lucide-react";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { listOf, type Requirement, variantsOf } from "@dimmer/evaluation";
import { namesQuery } from "../conditions/condition-queries.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { ValueList } from "../ui/value-list.tsx";
import { BlockSection } from "./block-section.tsx";
import { type FlagBlock, useFlagPlace } from "./flag-place.ts";
import { flagQuery } from "./flag-queries.ts";

interface Need {
  readonly flag: string;
  readonly variants: readonly string[];
}

export function RequiresSection({ block }: { readonly block: FlagBlock }) {
  const { environment, flag } = useFlagPlace();
  const saved: readonly Need[] = (block.config.requires ?? []).map((one) => ({ flag: one.flag, variants: [one.variant].flat() }));
  return (
    <BlockSection
      title="Needs"
      about="Other flags that must serve one of these variants; else people get the fallback."
      block={block}
      saved={saved}
      words={
        saved.length === 0 ? (
          <p className="text-quiet">It needs no other flag.</p>
        ) : (
          <ul>
            {saved.map((need) => (
              <li key={need.flag} className="break-words">
                {sayNeed(need)}
              </li>
            ))}
          </ul>
        )
      }
      editOf={(needs) => ({
        operation: { kind: "set-requires", flag: flag.key, environment: environment.key, requires: needs.map(writeNeed) },
        suggested: needs.length === 0 ? "Needs no other flag" : `Needs ${needs.map(sayNeed).join("; ")}`,
        problem: needs.some(({ flag: key, variants }) => key === "" || variants.length === 0)
          ? "Say which flag, and which of its variants."
          : undefined,
      })}
    >
      {(needs, set) => (
        <>
          {needs.map((need, at) => (
            <NeedRow
              key={at}
              need={need}
              onChange={(next) => set(needs.map((one, place) => (place === at ? next : one)))}
              onRemove={() => set(needs.filter((_one, place) => place !== at))}
            />
          ))}
          <Button
            look="bare"
            className="self-start"
            icon={<Plus size={16} />}
            onClick={() => set([...needs, { flag: "", variants: [] }])}
          >
            Another flag
          </Button>
        </>
      )}
    </BlockSection>
  );
}

const sayNeed = ({ flag, variants }: Need): string => `${flag} must serve ${listOf(variants, "or")}`;

function writeNeed({ flag, variants }: Need): { flag: string; variant: string | string[] } & Requirement {
  const [only = ""] = variants;
  return { flag, variant: variants.length === 1 ? only : [...variants] };
}

interface NeedRowProps {
  readonly need: Need;
  readonly onChange: (need: Need) => void;
  readonly onRemove: () => void;
}

function NeedRow({ need, onChange, onRemove }: NeedRowProps) {
  const { project, flag } = useFlagPlace();
  const list = useId();
  const { data: names } = useQuery(namesQuery(project.key));
  const others = (names?.flags ?? []).filter((key) => key !== flag.key);
  const { data: needed } = useQuery({ ...flagQuery(project.key, need.flag), enabled: others.includes(need.flag) });
  return (
    <div className="flex flex-wrap items-start gap-2">
      <input
        aria-label="Flag that is needed"
        value={need.flag}
        list={list}
        placeholder="A flag’s key"
        spellCheck={false}
        autoComplete="off"
        onChange={({ target }) => onChange({ flag: target.value, variants: [] })}
        className="h-9 w-full rounded-control border border-line bg-surface px-3 font-mono text-small hover:border-line-strong sm:w-56"
      />
      <datalist id={list}>
        {others.map((key) => (
          <option key={key}>{key}</option>
        ))}
      </datalist>
      <span className="py-1.5 text-quiet">must serve</span>
      <ValueList
        label={`Variants of ${need.flag === "" ? "the flag" : need.flag}`}
        placeholder="A variant"
        values={need.variants}
        offered={needed === undefined ? [] : Object.keys(variantsOf(needed.definition))}
        onChange={(variants) => onChange({ ...need, variants })}
      />
      <IconButton label={`Need ${need.flag === "" ? "it" : need.flag} no more`} onClick={onRemove}>
        <X size={16} />
      </IconButton>
    </div>
  );
}
