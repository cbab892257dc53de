/** A client for people's own unit tests: the real engine over the real flags, with the variants that a test asks for. */

import { type EvaluationContext, parseDocument, type Snapshot, type SnapshotFlag, snapshotOf } from "@dimmer/evaluation";
import { openEngine, openScopes, openSpending, openTokens, type Engine, type HeldKeys, type SourceSink } from "@dimmer/sdk-core";
import { faceOf, type Dimmer } from "./client.ts";
import { KEPT_RECORDS, recordLookUps } from "./testing/record-look-ups.ts";
import { noSuch } from "./testing/no-such.ts";
import { hmacSha256, nodePorts } from "./node-ports.ts";
import { environmentsOf, readFlagFile } from "./sources/read-flag-file.ts";
import { openTracking, type TrackedEvent, type Tracker } from "./track.ts";

/** What a test got wrong about the flags: never thrown outside of tests. */
export class TestDimmerError extends Error {
  override readonly name = "TestDimmerError";
}

/** One answer that the code under test was given. */
export interface RecordedEvaluation {
  readonly flagKey: string;
  readonly context: EvaluationContext;
  readonly value: unknown;
  readonly variant?: string;
  readonly reason: string;
  readonly errorCode?: string;
}

export interface TestDimmerOptions {
  /** The flags of a test without a file: a flag document as an object. */
  readonly document?: object;
  /** `dimmer.yaml` in the working folder unless given. */
  readonly file?: string;
  /** May be left out where there is only one. */
  readonly environment?: string;
}

/**
 * A client whose flags serve what the test says.
 *
 * Shape:  a flag that is forced serves that variant to everybody, with reason STATIC; the others decide as they are written.
 *         Nothing is shared between two of them, and neither network nor environment variables are looked at.
 * Errors: a look-up of a flag that is not there, or of another type than it has, throws a `TestDimmerError`, where a client in
 *         production gives the default. Where something swallowed that (OpenFeature does), `close()` rejects with it.
 */
export interface TestDimmer extends Dimmer {
  /** Forces further variants, as a change that arrives while the code runs: listeners hear of it, open scopes keep what they have. */
  force(variants: Readonly<Record<string, string>>): void;
  /** An override token that this client alone takes, for code under test that reads one from a request. */
  overrideToken(overrides: Readonly<Record<string, string>>): Promise<string>;
  /** Every look-up so far, oldest first; the newest 10,000. */
  readonly evaluations: readonly RecordedEvaluation[];
  /** Every event that was tracked, oldest first; the newest 10,000. */
  readonly tracked: readonly TrackedEvent[];
  /** Forgets what was forced after the start, what was looked up and tracked, and look-ups that failed. */
  reset(): void;
}

/**
 * Opens a client for a test.
 *
 * Shape:  `await testDimmer({ summarizer: "opus" })`: flag key → variant.
 * Errors: rejects with a `TestDimmerError` that names the nearest known word, for an unknown flag or variant, flags with mistakes,
 *         or a file that cannot be read.
 * Source: ADR-0014; docs/guide/testing.md.
 */
export async function testDimmer(
  variants: Readonly<Record<string, string>> = {},
  options: TestDimmerOptions = {},
): Promise<TestDimmer> {
  const written = await readFlags(options);
  const first = forceVariants(written, variants);
  const { engine, publish } = openTestEngine(first);
  const tracked: TrackedEvent[] = [];
  const tokens = openTokens(() => Promise.resolve(testKeys(written)), hmacSha256, nodePorts({}));
  const client = faceOf(engine, openScopes(engine, nodePorts({})), {
    track: openTracking(keepIn(tracked), nodePorts({})),
    waitForReady: () => Promise.resolve(),
    tokens,
    spending: openSpending(engine, nodePorts({})),
    async waitForSent(work) {
      await work;
    },
    onClose() {},
  });
  const recorder = recordLookUps(client, Object.keys(written.flags), (message) => new TestDimmerError(message));
  let forced = variants;

  const serve = (next: Readonly<Record<string, string>>): void => {
    publish(forceVariants(written, next));
    forced = next;
  };
  // Onto the client itself: its getters stay getters.
  return Object.assign(recorder.client, {
    force: (more: Readonly<Record<string, string>>) => serve({ ...forced, ...more }),
    overrideToken: (overrides: Readonly<Record<string, string>>) => tokens.sign("overrides", overrides, TEST_TOKEN_SECONDS),
    evaluations: recorder.evaluations,
    tracked,
    reset() {
      tracked.length = 0;
      if (forced !== variants) serve(variants);
      recorder.reset();
    },
  });
}

async function readFlags({ document, file, environment }: TestDimmerOptions): Promise<Snapshot> {
  if (document !== undefined && file !== undefined) throw new TestDimmerError("Give a document or a file, not both.");
  if (document !== undefined) return snapshotFrom(document, environment);
  const path = file ?? "dimmer.yaml";
  const read = await readFlagFile(path, environment).catch((cause: Error) => {
    throw new TestDimmerError(`${path} cannot be used: ${cause.message} Name another with { file }, or give a { document }.`);
  });
  refuseMistakes(path, read.issues);
  return snapshotOf(read.document, read.environment ?? "none");
}

function snapshotFrom(document: object, wanted: string | undefined): Snapshot {
  const { value, issues } = parseDocument(document);
  refuseMistakes(
    "The document",
    issues.filter(({ severity }) => severity === "error"),
  );
  const names = value === undefined ? [] : environmentsOf(value);
  const environment = wanted ?? (names.length === 1 ? names[0] : undefined);
  if (value === undefined || environment === undefined || !names.includes(environment))
    throw new TestDimmerError(
      `Name one of the document's environments with { environment }: ${names.join(", ") || "it has none"}.`,
    );
  return snapshotOf(value, environment);
}

function refuseMistakes(
  what: string,
  issues: readonly { readonly path: string; readonly message: string; readonly mend: string }[],
): void {
  const [first] = issues;
  if (first !== undefined) throw new TestDimmerError(`${what} has mistakes; ${first.path}: ${first.message}; ${first.mend}.`);
}

/**
 * The snapshot with some of its flags forced.
 *
 * Shape:  rules, targets, requirements, stops, kills and the variant's own `only` no longer count; the flag's values and fallback stay.
 * Errors: throws a `TestDimmerError` for a flag or a variant that is not there.
 */
function forceVariants(snapshot: Snapshot, variants: Readonly<Record<string, string>>): Snapshot {
  const forced = Object.entries(variants).map(([key, variant]) => [key, forceVariant(snapshot, key, variant)] as const);
  return { ...snapshot, flags: { ...snapshot.flags, ...Object.fromEntries(forced) } };
}

function forceVariant(snapshot: Snapshot, key: string, name: string): SnapshotFlag {
  const flag = Object.hasOwn(snapshot.flags, key) ? snapshot.flags[key] : undefined;
  if (flag === undefined) throw new TestDimmerError(noSuch("flag", key, Object.keys(snapshot.flags), ""));
  const variant = Object.hasOwn(flag.variants, name) ? flag.variants[name] : undefined;
  if (variant === undefined) throw new TestDimmerError(noSuch("variant", name, Object.keys(flag.variants), ` of ${key}`));
  const { only: _only, ...open } = variant;
  const { revision, type, fallback } = flag;
  return { revision, type, enabled: true, variants: { ...flag.variants, [name]: open }, fallback, default: { variant: name } };
}

const TEST_TOKEN_SECONDS = 3_600;

/** Nobody else's: what a test signs counts in tests. */
const testKeys = ({ project, environment }: Snapshot): HeldKeys => ({
  audience: `${project}/${environment}`,
  keys: [{ id: "test", key: new Uint8Array(32) }],
});

const keepIn =
  (tracked: TrackedEvent[]): Tracker =>
  (event) => {
    if (tracked.length === KEPT_RECORDS) tracked.shift();
    tracked.push(event);
  };

/** An engine whose source is a function. */
function openTestEngine(first: Snapshot): { readonly engine: Engine; readonly publish: (snapshot: Snapshot) => void } {
  let sink: SourceSink | undefined;
  let version = 0;
  const publish = (snapshot: Snapshot): void => void sink?.offerSnapshot({ ...snapshot, version: ++version });
  const engine = openEngine(
    {
      sourceKind: "file",
      source: (given) => {
        sink = given;
        publish(first);
        sink.live();
        return { close() {} };
      },
    },
    nodePorts({}),
  );
  return { engine, publish };
}
