/** Who must, or must never, get which variant: a change that breaks one is refused. */

import { type Expectation, listOf } from "@dimmer/evaluation";
import { useFlagPlace } from "./flag-place.ts";
import { JsonSection } from "./json-section.tsx";

export function ExpectationsSection() {
  const { flag, variants } = useFlagPlace();
  const { expect = [] } = flag.definition;
  return (
    <JsonSection
      title="Expectations"
      about="Held against every change, and a change that breaks one is refused. Kills and stops are never held up."
      saved={expect.length === 0 ? "" : JSON.stringify(expect, null, 2)}
      words={
        expect.length === 0 ? (
          <p className="text-quiet">None: say who must get what, and nobody breaks it unawares.</p>
        ) : (
          <ul className="flex flex-col gap-1">
            {expect.map((expectation) => (
              <li key={JSON.stringify(expectation)} className="break-words">
                {sayExpectation(expectation)}
              </li>
            ))}
          </ul>
        )
      }
      example={JSON.stringify([{ context: { targetingKey: "user-1" }, serves: variants }], null, 2)}
      suggested="What must hold for this flag"
      pointer="/operations/0/fields/expect"
      editOf={(value) => ({
        kind: "update-flag",
        flag: flag.key,
        // The server reads it again and says what is wrong with it.
        fields: { expect: value === undefined ? null : (value as Expectation[]) },
      })}
    />
  );
}

export function sayExpectation({ context, serves, never, environments }: Expectation): string {
  const who = Object.entries(context).map(
    ([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const where = environments === undefined ? "" : ` in ${listOf(environments, "and")}`;
  const what = serves === undefined ? `never ${listOf([never ?? []].flat(), "or")}` : listOf([serves].flat(), "or");
  return `${who.join(", ")}: ${what}${where}`;
}
