/** People who are named, and get their variant before any rule is asked. */

import { CompactSelect } from "../ui/field.tsx";
import { ValueList } from "../ui/value-list.tsx";
import { variantColour } from "../ui/variant-colour.ts";
import { BlockSection } from "./block-section.tsx";
import { type FlagBlock, useFlagPlace } from "./flag-place.ts";

type Targets = Readonly<Record<string, readonly string[]>>;

/** Names that are shown at once; more are counted. */
const SHOWN = 8;

export function TargetsSection({ block }: { readonly block: FlagBlock }) {
  const { environment, flag, variants } = useFlagPlace();
  const saved: Targets = block.config.targets ?? {};
  return (
    <BlockSection
      title="Named people"
      about="By their targeting key; they are asked about before any rule."
      block={block}
      saved={saved}
      words={<TargetWords targets={saved} />}
      editOf={(targets) => {
        const named = Object.entries(targets).filter(([, keys]) => keys.length > 0);
        return {
          operation: {
            kind: "set-targets",
            flag: flag.key,
            environment: environment.key,
            targets: Object.fromEntries(named.map(([variant, keys]) => [variant, [...keys]])),
          },
          suggested:
            named.length === 0 ? "Nobody by name" : named.map(([variant, keys]) => `${variant} for ${sayKeys(keys)}`).join("; "),
        };
      }}
    >
      {(targets, set) => (
        <>
          {Object.entries(targets).map(([variant, keys]) => (
            <div key={variant} className="flex flex-wrap items-start gap-x-3 gap-y-1">
              <span className="flex h-9 w-48 min-w-0 items-center gap-2">
                <Dot variant={variant} />
                <span className="truncate font-mono" title={variant}>
                  {variant}
                </span>
              </span>
              <ValueList
                label={`Keys that get ${variant}`}
                placeholder="A targeting key, Enter for more"
                values={keys}
                onChange={(next) => set({ ...targets, [variant]: next })}
              />
            </div>
          ))}
          {variants.some((name) => targets[name] === undefined) && (
            <CompactSelect
              label="Name people for a variant"
              value=""
              onChange={({ target }) => set({ ...targets, [target.value]: [] })}
              choices={[
                { value: "", label: "Name people for a variant" },
                ...variants.filter((name) => targets[name] === undefined).map((name) => ({ value: name, label: name })),
              ]}
              className="self-start"
            />
          )}
        </>
      )}
    </BlockSection>
  );
}

const sayKeys = (keys: readonly string[]): string => (keys.length === 1 ? (keys[0] ?? "") : `${keys.length} people`);

function TargetWords({ targets }: { readonly targets: Targets }) {
  const named = Object.entries(targets).filter(([, keys]) => keys.length > 0);
  if (named.length === 0) return <p className="text-quiet">Nobody is named.</p>;
  return (
    <ul className="flex flex-col gap-1">
      {named.map(([variant, keys]) => (
        <li key={variant} className="break-words">
          <Dot variant={variant} /> <span className="font-semibold">{variant}</span>{" "}
          <span className="text-quiet">
            for <span className="font-mono text-small">{keys.slice(0, SHOWN).join(", ")}</span>
            {keys.length > SHOWN && ` and ${keys.length - SHOWN} more`}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Dot({ variant }: { readonly variant: string }) {
  const { variants } = useFlagPlace();
  return (
    <span
      aria-hidden
      className="inline-block size-2.5 shrink-0 rounded-full"
      style={{ background: variantColour(variants, variant) }}
    />
  );
}
