/** Runs the expectations that flags carry: whether the people they name would get what they must. */

import { snapshotOf } from "./build-snapshot.ts";
import { type CompiledSnapshot, compileSnapshot } from "./compile-snapshot.ts";
import { evaluate } from "./evaluate.ts";
import { type Expectation, type FlagDocument, type FlagEnvironment, type FlagType, variantsOf } from "./flag.ts";
import type { JsonValue } from "./json.ts";
import { checkReferences } from "./parse/references.ts";

/** An expectation that does not hold. */
export interface BrokenExpectation {
  readonly flag: string;
  readonly environment: string;
  /** Its place in the flag's `expect`. */
  readonly index: number;
  readonly message: string;
  readonly mend: string;
}

/** The longest context that a message repeats. */
const QUOTED = 120;
const MEND = "correct the rule that decides this, or the expectation if it no longer says what is wanted";

/**
 * Evaluates every expectation in each environment that it is about.
 *
 * Shape:  expectations are about rules, so kills and stops count as lifted: an emergency never breaks one, nor keeps anybody from saving.
 *         A flag that requires a flag, or asks for a segment, which the document does not have cannot be decided and is passed over.
 * Errors: none thrown; the document has been parsed.
 * Source: ADR-0016.
 */
export function checkExpectations(document: FlagDocument): readonly BrokenExpectation[] {
  const expecting = Object.entries(document.flags).filter(([, { expect = [] }]) => expect.length > 0);
  if (expecting.length === 0) return [];
  const lifted = liftSwitches(document);
  const open = openFlags(document);
  const compiled = new Map<string, CompiledSnapshot>();
  const snapshotIn = (environment: string): CompiledSnapshot => {
    const snapshot = compiled.get(environment) ?? compileSnapshot(snapshotOf(lifted, environment));
    compiled.set(environment, snapshot);
    return snapshot;
  };
  return expecting.flatMap(([flag, { expect = [], environments = {} }]) =>
    expect.flatMap((expectation, index) =>
      Object.keys(environments)
        .filter((environment) => expectation.environments?.includes(environment) ?? true)
        .filter((environment) => !open.has(`${flag}/${environment}`) && !open.has(flag))
        .flatMap((environment) => {
          const message = whyBroken(snapshotIn(environment), flag, expectation);
          return message === undefined
            ? []
            : [{ flag, environment, index, message: `in ${environment}, ${message}`, mend: MEND }];
        }),
    ),
  );
}

/** Who gets which variant does not hang on values, which may be large, or not at hand. */
const VALUES: Readonly<Record<FlagType, JsonValue>> = { boolean: true, string: "", number: 0, object: {} };

/** Every block on and nothing stopped. */
function liftSwitches(document: FlagDocument): FlagDocument {
  const flags = Object.entries(document.flags).map(([key, flag]) => {
    const blocks = Object.entries(flag.environments ?? {}).map(([name, { stopped: _stopped, ...config }]) => {
      const lifted: FlagEnvironment = { ...config, enabled: true };
      return [name, lifted] as const;
    });
    const variants = Object.entries(variantsOf(flag)).map(
      ([name, variant]) => [name, { ...variant, value: VALUES[flag.type] }] as const,
    );
    return [key, { ...flag, variants: Object.fromEntries(variants), environments: Object.fromEntries(blocks) }] as const;
  });
  return { ...document, flags: Object.fromEntries(flags) };
}

/** `flag/environment` (or `flag`, for its `only`) that hangs on something which is not in the document. */
function openFlags(document: FlagDocument): ReadonlySet<string> {
  const missing = checkReferences(document).filter(({ code }) => code === "missing-flag" || code === "missing-segment");
  return new Set(
    missing.map(({ path }) => {
      const [, , flag = "", part, environment] = path.split("/");
      return part === "environments" ? `${flag}/${environment}` : flag;
    }),
  );
}

function whyBroken(snapshot: CompiledSnapshot, flag: string, { context, serves, never }: Expectation): string | undefined {
  const { variant, errorCode } = evaluate(snapshot, flag, context);
  const who = JSON.stringify(context);
  const asked = who.length > QUOTED ? `${who.slice(0, QUOTED)}…` : who;
  const got = variant ?? (errorCode === undefined ? "no variant" : `no variant (${errorCode})`);
  if (serves !== undefined && (variant === undefined || ![serves].flat().includes(variant)))
    return `${asked} gets ${got} of ${flag}, and is expected to get ${[serves].flat().join(" or ")}`;
  if (never !== undefined && variant !== undefined && [never].flat().includes(variant))
    return `${asked} gets ${got} of ${flag}, and is never to get it`;
  return undefined;
}
