/** Writes the vectors that every runtime must agree with, once the reference confirms them: `npm run vectors`. */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileSnapshot, evaluate, type EvaluateOptions, reallocateSplit, snapshotOf, storeSplit } from "@dimmer/evaluation";
import { DOCUMENT } from "./vector-document.ts";

const FOLDER = join(import.meta.dirname, "vectors");

/** The slot by its definition, on `node:crypto` and BigInt, sharing no line with the package. */
function slotByDefinition(salt: string, key: string): number {
  const whole = BigInt(`0x${createHash("sha1").update(`${salt}:${key}`, "utf8").digest("hex")}`);
  return Number((whole % 100n) * 1_000n + ((whole / 100n) % 1_000n));
}

const KEYS = [
  "a",
  "user-1",
  "user-42",
  "12345",
  "élise@example.org",
  "李雷",
  "😀",
  "👩‍👩‍👧",
  "x".repeat(45),
  "x".repeat(46),
  "x".repeat(64),
  "y".repeat(300),
];
const SALTS = ["summarizer", "f", "a-rather-long-flag-key-that-fills-most-of-one-block-of-sha1", "flag.with_dots-0"];

function slotVectors() {
  const fixed = SALTS.flatMap((salt) => KEYS.map((key) => ({ salt, key })));
  const many = Array.from({ length: 500 }, (_, at) => ({ salt: "summarizer", key: `user-${at}` }));
  return [...fixed, ...many].map(({ salt, key }) => ({ salt, key, slot: slotByDefinition(salt, key) }));
}

/** Sequences of percentages and the ranges after each. */
function splitVectors() {
  const sequences: Record<string, number>[][] = [
    [
      { on: 0, off: 100 },
      { on: 10, off: 90 },
      { on: 50, off: 50 },
      { on: 25, off: 75 },
      { on: 100, off: 0 },
    ],
    [
      { a: 50, b: 50, c: 0 },
      { a: 50, b: 0, c: 50 },
      { a: 0, b: 50, c: 50 },
      { a: 50, b: 50, c: 0 },
    ],
    [
      { opus: 10, sonnet: 90 },
      { opus: 33.333, sonnet: 66.667 },
      { opus: 0.001, sonnet: 99.999 },
    ],
    [
      { a: 25, b: 25, c: 25, d: 25 },
      { a: 40, b: 20, c: 20, d: 20 },
      { a: 10, b: 20, c: 30, d: 40 },
      { a: 40, b: 20, c: 20, d: 20 },
    ],
  ];
  return sequences.map((edits) => {
    let stored = storeSplit(edits[0] ?? {}, { salt: "flag" });
    const steps = edits.map((split) => {
      stored = reallocateSplit(stored, split);
      return { split, ranges: stored.ranges };
    });
    return { steps };
  });
}

interface Case {
  readonly flag: string;
  readonly context: Record<string, unknown>;
  readonly options?: EvaluateOptions;
}

function evaluationCases(): Case[] {
  const people = Array.from({ length: 60 }, (_, at) => ({
    targetingKey: `user-${at}`,
    plan: ["free", "pro", "enterprise"][at % 3],
    region: ["us", "eu", "apac", undefined][at % 4],
    version: `${at % 4}.${at % 7}.0${at % 11 === 0 ? "-beta.1" : ""}`,
    email: at % 5 === 0 ? `u${at}@example.org` : `u${at}@example.com`,
    ip: at % 2 === 0 ? `10.0.0.${at}` : `2001:db8::${at.toString(16)}`,
    organization: { id: at % 2 === 0 ? at : `org-${at}` },
  }));
  const texts: Record<string, unknown>[] = [
    { name: "a".repeat(30) },
    { name: `${"a".repeat(30)}b` },
    { since: "2026-06-01T12:00:00+02:00" },
    { since: 1_767_225_600_001 },
    { since: "2026-02-30T00:00:00Z" },
    { tags: ["z", "x-1"] },
    { tags: [] },
    { score: 20 },
    { score: "15" },
    { here: "" },
    { here: null },
    { here: [] },
    { constructor: "x", here: 0 },
    { "😀": 1 },
  ];
  const pins = {
    pins: { summarizer: { variant: "opus", valueVersion: 1, pinEpoch: 0, reason: "SPLIT", expiresAt: 1_000 } },
  } as const;
  return [
    ...people.flatMap((context) => Object.keys(DOCUMENT.flags).map((flag) => ({ flag, context }))),
    ...texts.map((context) => ({ flag: "texts", context })),
    { flag: "half", context: {} },
    { flag: "half", context: { targetingKey: "" } },
    { flag: "fine", context: { targetingKey: "user-1" } },
    { flag: "none", context: {} },
    { flag: "__proto__", context: {} },
    { flag: "summarizer", context: { targetingKey: "user-7", plan: "free" } },
    { flag: "summarizer", context: { targetingKey: "user-3", plan: "pro" }, options: { now: 500, ...pins } },
    { flag: "summarizer", context: { targetingKey: "user-3", plan: "pro" }, options: { now: 1_000, ...pins } },
    { flag: "summarizer", context: { targetingKey: "user-3", plan: "free" }, options: { overrides: { summarizer: "opus" } } },
    { flag: "summarizer", context: { targetingKey: "user-3", plan: "pro" }, options: { overrides: { summarizer: "opus" } } },
  ];
}

function evaluationVectors() {
  const snapshot = snapshotOf(DOCUMENT, "production", { project: "vectors" });
  const compiled = compileSnapshot(snapshot);
  const cases = evaluationCases().map((one) => {
    // The context as it looks on the wire, so that every runtime reads the same.
    const context = JSON.parse(JSON.stringify(one.context)) as Record<string, unknown>;
    const expected = JSON.parse(JSON.stringify(evaluate(compiled, one.flag, context, one.options))) as unknown;
    return { ...one, context, expected };
  });
  return { snapshot, cases };
}

const FILES = {
  slot: { about: "Salt and key to slot, from the definition on node:crypto and BigInt.", make: slotVectors },
  split: { about: "Sequences of percentages and the ranges after each edit.", make: splitVectors },
  evaluation: { about: "Flag and context to details over one snapshot.", make: evaluationVectors },
};

function textOf({ about, make }: { readonly about: string; readonly make: () => unknown }): string {
  return `${JSON.stringify({ version: 1, about, vectors: make() }).replaceAll('{"flag":', '\n{"flag":')}\n`;
}

/** The engine alone would only freeze what it does, so what it gives must first be what the design says. */
function confirm(folder: string): void {
  const check = join(import.meta.dirname, "reference/check.py");
  const { status, error } = spawnSync("python3", ["-B", check, folder], { stdio: "inherit" });
  if (error !== undefined) throw new Error("The reference in spec/reference needs python3: install it. Nothing was written.");
  if (status !== 0) throw new Error("The reference in spec/reference says otherwise: mend one of the two. Nothing was written.");
}

const draft = mkdtempSync(join(tmpdir(), "dimmer-vectors-"));
try {
  for (const [name, file] of Object.entries(FILES)) writeFileSync(join(draft, `${name}.json`), textOf(file));
  confirm(draft);
  for (const name of Object.keys(FILES)) copyFileSync(join(draft, `${name}.json`), join(FOLDER, `${name}.json`));
} finally {
  rmSync(draft, { recursive: true, force: true });
}
