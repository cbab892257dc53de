/** What Dimmer has to reach, as ratios between contestants of one run. */

import { judge } from "../measure/judge.mjs";
import { contestants } from "./contestants.mjs";

export const judgeTargets = (results) => judge(TARGETS, results);

const rate = (results, id, kind) => results[id]?.rate?.[kind].perCpuSecond;

/** Not a number unless every peer ran: the fastest of some says nothing. */
function fastestPeer(results, kind) {
  const peers = Object.entries(contestants).filter(([, { role }]) => role === "peer");
  return Math.max(...peers.map(([id]) => rate(results, id, kind) ?? Number.NaN));
}

const overPeer = (kind) => (results) => rate(results, "dimmer", kind) / fastestPeer(results, kind);
const overLimit = (kind) => (results) => rate(results, "dimmer", kind) / rate(results, "limit", kind);

function overInMemory(results) {
  const ratios = ["a", "b", "c"].map(
    (kind) => rate(results, "dimmer-openfeature", kind) / rate(results, "openfeature-in-memory", kind),
  );
  return Math.min(...ratios);
}

/** The worst of the three workloads and of both kinds of look-up. */
function mostAllocated(results) {
  const bytes = ["dimmer", "dimmer-details"].flatMap((id) => Object.values(results[id]?.allocation ?? {}));
  return bytes.length === 0 ? undefined : Math.max(...bytes);
}

const TARGETS = [
  { id: "a/fastestPeer", text: "a, static boolean: × the fastest peer", atLeast: 2, value: overPeer("a") },
  { id: "b/limit", text: "b, 10 % split: of the limit", atLeast: 0.75, value: overLimit("b") },
  { id: "b/fastestPeer", text: "b, 10 % split: × the fastest peer", atLeast: 1.8, value: overPeer("b") },
  { id: "c/limit", text: "c, five rules and a split: of the limit", atLeast: 0.75, value: overLimit("c") },
  { id: "c/fastestPeer", text: "c, five rules and a split: × the fastest peer", atLeast: 4, value: overPeer("c") },
  {
    id: "bytesPerEvaluation",
    text: "bytes allocated per evaluation, worst of a, b, c and their details",
    atMost: 200,
    value: mostAllocated,
  },
  {
    id: "heapBytesPerFlag",
    text: "heap bytes per flag at 10,000 flags, ready",
    atMost: 1_500,
    value: (results) => results.dimmer?.heap?.ready,
  },
  {
    id: "heapBytesPerFlagEvaluated",
    text: "the same after each flag was evaluated once",
    atMost: 1_500,
    value: (results) => results.dimmer?.heap?.evaluated,
  },
  {
    id: "coldStart/launchdarkly",
    text: "checked cold start of 10,000 flags: of LaunchDarkly's (CPU)",
    atMost: 0.4,
    value: (results) => results.dimmer?.start?.cpuMs / results.launchdarkly?.start?.cpuMs,
  },
  {
    id: "openfeature/inMemory",
    text: "behind OpenFeature: of its in-memory provider, worst of a, b, c",
    atLeast: 0.95,
    value: overInMemory,
  },
];
