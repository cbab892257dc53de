/** What a change did exactly, place by place: shares in words, everything else as JSON. */

import { type JsonValue, listOf, sayPercent, sayServe, type Serve } from "@dimmer/evaluation";
import type { Effect } from "@dimmer/protocol";
import { isObject } from "../ui/json-object.ts";

export interface SaidEffect {
  /** `flags/summarizer/environments/production/default` */
  readonly place: string;
  readonly before?: string;
  readonly after?: string;
}

/** Shape: the slots of a split are said as its shares: which slots those are means nothing to people. */
export function sayEffects(effects: readonly Effect[]): readonly SaidEffect[] {
  const said: SaidEffect[] = [];
  const splits = new Set<string>();
  for (const effect of effects) {
    const place = splitOf(effect);
    if (place === undefined) said.push(sayEffect(effect));
    else if (!splits.has(place)) {
      splits.add(place);
      said.push(
        ...saySplit(
          place,
          effects.filter((other) => splitOf(other) === place),
        ),
      );
    }
  }
  return said;
}

/** The split that an effect is within; undefined for all others. */
const splitOf = ({ resource, path }: Effect): string | undefined => {
  const [, within] = /^(.*)\/(?:split\/[^/]+|stored(?:\/.*)?)$/u.exec(path) ?? [];
  return within === undefined ? undefined : resource + within;
};

function saySplit(place: string, effects: readonly Effect[]): readonly SaidEffect[] {
  const shares = effects.filter(({ path }) => /\/split\/[^/]+$/u.test(path));
  const sharesOf = (side: "before" | "after"): string | undefined => {
    const known = shares.flatMap((effect) => {
      const share = effect[side];
      return typeof share === "number" ? [`${sayPercent(share)} ${effect.path.split("/").at(-1)}`] : [];
    });
    return known.length === 0 ? undefined : listOf(known, "and");
  };
  if (shares.length > 0) return [withKnown(place, sharesOf("before"), sharesOf("after"))];
  // What is only remembered for the way back changes nothing for anybody.
  const isMoved = effects.some(({ path }) => !path.endsWith("/stored/previous"));
  return isMoved ? [{ place, after: "the same shares, laid out anew" }] : [];
}

const sayEffect = ({ resource, path, before, after }: Effect): SaidEffect =>
  withKnown(
    resource + path,
    before === undefined ? undefined : sayPart(before),
    after === undefined ? undefined : sayPart(after),
  );

const withKnown = (place: string, before: string | undefined, after: string | undefined): SaidEffect => ({
  place,
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
});

const sayPart = (value: JsonValue): string => (isSplit(value) ? sayServe(value) : JSON.stringify(withoutSlots(value)));

const isSplit = (value: JsonValue): value is JsonValue & Serve =>
  isObject(value) && isObject(value["split"]) && Object.values(value["split"]).every((share) => typeof share === "number");

/** The same without where the shares of its splits lie. */
function withoutSlots(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(withoutSlots);
  if (!isObject(value)) return value;
  const fields = Object.entries(value).filter(([name]) => name !== "stored" || !("split" in value));
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutSlots(field)]));
}
