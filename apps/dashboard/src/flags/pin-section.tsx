/** Whether a session keeps the variant that it began with. */

import type { PinPolicy } from "@dimmer/evaluation";
import { CheckField, TextField } from "../ui/field.tsx";
import { BlockSection } from "./block-section.tsx";
import { type FlagBlock, useFlagPlace } from "./flag-place.ts";

const USUAL: PinPolicy = { by: "sessionId", for: "24h" };

export function PinSection({ block }: { readonly block: FlagBlock }) {
  const { environment, flag } = useFlagPlace();
  const saved: PinPolicy | null = block.config.pin ?? null;
  return (
    <BlockSection<PinPolicy | null>
      title="Sessions"
      about="A conversation that began with one model goes on with it, though the share is turned meanwhile."
      block={block}
      saved={saved}
      words={<p className={saved === null ? "text-quiet" : undefined}>{sayPin(saved)}</p>}
      editOf={(pin) => ({
        operation: { kind: "set-pin", flag: flag.key, environment: environment.key, pin },
        suggested: sayPin(pin),
      })}
    >
      {(pin, set) => (
        <>
          <CheckField
            label="A session keeps its variant"
            checked={pin !== null}
            onChange={({ target }) => set(target.checked ? (saved ?? USUAL) : null)}
          />
          {pin !== null && (
            <div className="grid gap-x-4 sm:grid-cols-2">
              <TextField
                label="What names the session"
                value={pin.by}
                spellCheck={false}
                className="font-mono"
                hint="An attribute of the context."
                onChange={({ target }) => set({ ...pin, by: target.value })}
              />
              <TextField
                label="For how long"
                value={pin.for}
                spellCheck={false}
                className="font-mono"
                hint="30m, 24h, 7d."
                onChange={({ target }) => set({ ...pin, for: target.value })}
              />
            </div>
          )}
        </>
      )}
    </BlockSection>
  );
}

const sayPin = (pin: PinPolicy | null): string =>
  pin === null ? "Every question is decided anew." : `Each ${pin.by} keeps its variant for ${pin.for}.`;
