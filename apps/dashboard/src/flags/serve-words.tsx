/** What is served, in words and in the colours of the variants. */

import { sayServe, type Serve } from "@dimmer/evaluation";
import { variantColour } from "../ui/variant-colour.ts";
import { useFlagPlace } from "./flag-place.ts";

/** Dots that are shown; a split of more is said in words only. */
const DOTS = 6;

export function ServeWords({ serve }: { readonly serve: Serve }) {
  const { variants } = useFlagPlace();
  const served = "variant" in serve ? [serve.variant] : variants.filter((name) => (serve.split[name] ?? 0) > 0);
  return (
    <>
      {served.length <= DOTS && (
        <span aria-hidden className="mr-2 inline-flex gap-0.5">
          {served.map((name) => (
            <span key={name} className="size-2.5 rounded-full" style={{ background: variantColour(variants, name) }} />
          ))}
        </span>
      )}
      <span className="figures font-semibold">{sayServe(serve)}</span>
    </>
  );
}
