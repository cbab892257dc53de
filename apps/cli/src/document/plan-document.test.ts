/** Whatever a project holds and a document wants: applying the plan leaves nothing to plan, and moves no more people than it must. */

import { type FlagDefinition, type FlagDocument, type FlagEnvironment, parseDocument } from "@dimmer/evaluation";
import { planDocument, type PlanOptions } from "@dimmer/planning";
import { type Management, type Move, openManagement } from "@dimmer/protocol";
import { startServer } from "@dimmer/server";
import * as fc from "fast-check";
import { assert, expect, test } from "vitest";
import { readPresent } from "./present-project.ts";

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const filled = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
const record = (fields: Record<string, fc.Arbitrary<unknown>>) => fc.record(fields).map(filled);

const variant = fc.constantFrom("a", "b", "c");
const people = fc.constantFrom([], ["user-1"], ["user-1", "user-2"]);
const when = fc.constantFrom({ plan: "pro" }, { region: ["eu", "us"] }, { segment: "beta" });
const serve = fc.oneof(
  variant.map((one) => ({ variant: one })),
  fc.nat({ max: 100 }).map((share) => ({ split: { a: share, b: 100 - share } })),
  fc
    .tuple(fc.nat({ max: 50 }), fc.nat({ max: 50 }))
    .map(([a, b]) => ({ split: { b, c: 100 - a - b, a }, by: "organization.id" })),
);
const block = record({
  enabled: fc.boolean(),
  fallback: fc.oneof(
    variant,
    fc.tuple(when, variant).map(([one, name]) => [{ when: one, variant: name }, { variant: "c" }]),
  ),
  stopped: optional(fc.constantFrom([], ["a"], ["b", "c"])),
  pin: optional(fc.constant({ by: "sessionId", for: "1h" })),
  targets: optional(
    fc.oneof(
      fc.constant({}),
      people.map((keys) => ({ a: keys })),
    ),
  ),
  rules: optional(
    fc.uniqueArray(fc.record({ id: fc.constantFrom("one", "two", "three"), when, serve }), { selector: ({ id }) => id }),
  ),
  default: serve,
});
/** A flag that is configured nowhere has nowhere to publish to. */
const blocks = fc.dictionary(fc.constantFrom("production", "staging"), block, { minKeys: 1 });
const flag = record({
  description: optional(fc.constantFrom("One", "Two")),
  tags: optional(fc.constantFrom([], ["ai"])),
  type: fc.constant("string"),
  purpose: fc.constantFrom("release", "config"),
  owner: fc.constantFrom("team", "other"),
  audience: optional(fc.constantFrom("server", "browser")),
  expect: optional(
    fc.constantFrom([], [{ context: { targetingKey: "user-1", organization: { id: 1 } }, serves: ["a", "b", "c"] }]),
  ),
  variants: fc.tuple(fc.constantFrom("1", "2"), fc.constantFrom("3", "4"), fc.boolean()).map(([a, b, hasMore]) => ({
    a: { value: a },
    b: { value: b, ...(hasMore ? { description: "B" } : {}) },
    c: { value: "5" },
    ...(hasMore ? { d: { value: "6", only: { plan: "pro" } } } : {}),
  })),
  environments: blocks,
}).chain((fields) =>
  fc.boolean().map((isLasting) => ({ ...fields, ...(isLasting ? { permanent: true } : { removeBy: "2028-01-01" }) })),
);
const segment = record({
  description: optional(fc.constantFrom("One", "Two")),
  environments: fc.record({
    production: record({ include: people, when: optional(fc.constant({ plan: "pro" })) }),
    staging: record({ include: people }),
  }),
});
const context = fc.constantFrom<FlagDocument["context"]>(
  { attributes: { plan: { type: "string", values: ["free", "pro"], description: "What they pay for" } } },
  { strict: false, attributes: { plan: { type: "string", private: true }, region: { type: "string" } } },
  { attributes: {} },
);
const document = record({
  version: fc.constant(1),
  context: optional(context),
  flags: fc.dictionary(fc.constantFrom("first", "second", "third"), flag, { minKeys: 1 }),
  segments: fc.record({ beta: segment }),
}) as unknown as fc.Arbitrary<FlagDocument>;

const ENVIRONMENTS = ["production", "staging"];
const WHOLE: PlanOptions = {
  publish: ENVIRONMENTS,
  undoDrift: "all",
  prune: true,
  file: "dimmer.yaml",
  own: "all",
  onlyNew: false,
};

async function applyTo(client: Management, project: string, wanted: FlagDocument) {
  const server = { client, project };
  const { steps, expected, issues } = planDocument(await readPresent(server, wanted), wanted, WHOLE);
  expect(issues).toEqual([]);
  if (steps.length === 0) return undefined;
  return await client.submitChange(project, {
    operations: steps.map(({ operation }) => operation),
    expected: { ...expected },
    file: WHOLE.file,
  });
}

/** What a document says, without what a server adds to it and never takes back. */
function meaningOf({ context: declared, flags, segments }: FlagDocument): unknown {
  const kept = Object.entries(flags).map(([key, { environments = {}, audience = "server", tags, variants, ...shared }]) => {
    const cut = Object.entries(environments).map(([name, config]) => {
      const served = Object.entries(variants ?? {}).map(
        ([one, { value, versions }]) => [one, versions?.[config.published?.[one] ?? ""] ?? value] as const,
      );
      return [name, { config: cutBlock(config), served: Object.fromEntries(served) }] as const;
    });
    return [key, { ...shared, audience, tags, variants: cutVariants(variants), environments: Object.fromEntries(cut) }] as const;
  });
  return { declared, flags: Object.fromEntries(kept), segments };
}

const cutVariants = (variants: FlagDefinition["variants"] = {}) =>
  Object.fromEntries(Object.entries(variants).map(([name, { versions: _versions, value: _value, ...rest }]) => [name, rest]));

function cutBlock({ pinEpochs: _epochs, published: _published, ...config }: FlagEnvironment): unknown {
  const withoutEmpty = Object.fromEntries(Object.entries(config).filter(([, value]) => !isEmpty(value)));
  const plain = JSON.stringify(withoutEmpty, (key, value: unknown) => (key === "stored" ? undefined : value));
  return { ...(JSON.parse(plain) as object), stopped: [...(config.stopped ?? [])].sort() };
}
const isEmpty = (value: unknown) => typeof value === "object" && value !== null && Object.keys(value).length === 0;

test("[apply-whole] applying a plan makes the export say what the document says, and leaves nothing to plan", async () => {
  const server = await startServer({ port: 0, dataDir: ":memory:", demo: true, logLevel: "silent" });
  try {
    const client = openManagement({ url: server.url, token: server.initialKeys?.admin });
    let drawn = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(document, { minLength: 1, maxLength: 4 }), async (sequence) => {
        const project = `p${++drawn}`;
        await client.createProject({ key: project, name: project });
        for (const key of ENVIRONMENTS) await client.createEnvironment(project, { key, name: key, production: false });
        for (const wanted of sequence) {
          assert(parseDocument(wanted).issues.every(({ severity }) => severity === "warning"));
          const before = await client.exportDocument(project);
          const result = await applyTo(client, project, wanted);
          // A block that was removed comes back as dead as it went: only a restore lifts that, and only then is it drift.
          const restored = await applyTo(client, project, wanted);
          expect(new Set(restored?.change?.operations.map(({ kind }) => kind))).toEqual(
            new Set(restored === undefined ? [] : ["restore"]),
          );
          const after = await client.exportDocument(project);
          expect(meaningOf(after)).toEqual(meaningOf(wanted));
          expectFewest(result?.moves ?? [], before, after);
          expect(await applyTo(client, project, wanted)).toBeUndefined();
          expect(await applyTo(client, project, after)).toBeUndefined();
        }
      }),
      { numRuns: 8, seed: 31, endOnFailure: true },
    );
  } finally {
    await server.close();
  }
}, 120_000);

/** Half the distance between the shares of a split before and after: no edit can move fewer. */
function expectFewest(moves: readonly Move[], before: FlagDocument, after: FlagDocument): void {
  for (const move of moves) {
    const { flag, environment, rule } = move;
    const moved = moves.filter((one) => one.flag === flag && one.environment === environment && one.rule === rule);
    const [was, is] = [before, after].map((document) => serveAt(document, move));
    if (was?.by !== is?.by) continue;
    const names = new Set([...Object.keys(was?.shares ?? {}), ...Object.keys(is?.shares ?? {})]);
    const distance = [...names].reduce((sum, name) => sum + Math.abs((was?.shares[name] ?? 0) - (is?.shares[name] ?? 0)), 0);
    expect(moved.reduce((sum, { percent }) => sum + percent, 0)).toBeCloseTo(distance / 2, 6);
  }
}

function serveAt({ flags }: FlagDocument, { flag, environment, rule }: Move) {
  const config = flags[flag]?.environments?.[environment];
  const serve = rule === "default" ? config?.default : config?.rules?.find(({ id }) => id === rule)?.serve;
  if (serve === undefined) return undefined;
  return "split" in serve ? { by: serve.by, shares: serve.split } : { by: undefined, shares: { [serve.variant]: 100 } };
}
