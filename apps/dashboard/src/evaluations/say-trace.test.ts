/** Every step of a trace in words, and traces of real evaluations. */

import { describe, expect, test } from "vitest";
import { compileSnapshot, explain, type FlagDefinition, snapshotOf, type TraceStep } from "@dimmer/evaluation";
import { sayAnswer, sayReason, sayTrace } from "./say-trace.ts";

const say = (step: TraceStep) => {
  const [said] = sayTrace([step], (id) => id);
  return `${said?.look}: ${said?.text}`;
};

test.each<[TraceStep, string]>([
  [{ step: "killed" }, "blocks: The flag is killed here, so its fallback answers."],
  [
    { step: "requires", flag: "ai", variant: ["on", "beta"], served: "on", holds: true },
    "passes: It needs ai to serve on or beta, which it does.",
  ],
  [
    { step: "requires", flag: "ai", variant: "on", served: null, holds: false },
    "blocks: It needs ai to serve on, and that serves nothing.",
  ],
  [{ step: "override", variant: "new", applies: true }, "decides: An override asks for new."],
  [{ step: "override", variant: "x", applies: false }, "passes: An override asks for x, which this flag does not have."],
  [{ step: "pin", variant: "new", applies: true }, "decides: The session is pinned to new."],
  [{ step: "pin", variant: "new", applies: false, why: "expired" }, "passes: The pin to new does not count: expired."],
  [{ step: "target", variant: "new" }, "decides: It is on the list of people who get new."],
  [{ step: "rule", ruleId: "eu", result: "true", conditions: [] }, "decides: The rule eu holds."],
  [{ step: "rule", ruleId: "eu", result: "false", conditions: [] }, "passes: The rule eu does not hold."],
  [
    { step: "rule", ruleId: "eu", result: "unknown", conditions: [] },
    "passes: Whether the rule eu holds cannot be told, so it counts as not holding.",
  ],
  [{ step: "default" }, "decides: The default answers."],
  [{ step: "ineligible", variant: "new", conditions: [] }, "blocks: It may not have new, so it is left out of the whole split."],
  [
    { step: "split", by: "targetingKey", unit: "u", slot: 34_207, offset: 0, range: [20_000, 100_000], variant: "b" },
    "decides: By its targetingKey u it stands at 34.207 %; b has 20 % to 100 %.",
  ],
  [
    { step: "split", by: "targetingKey", unit: "u", slot: 90_000, offset: 20_000, range: [0, 20_000], variant: "a" },
    "decides: By its targetingKey u it stands at 10 %; a has 0 % to 20 %.",
  ],
  [
    { step: "split", by: "targetingKey", unit: "u", slot: 5, offset: 0, range: null, variant: "b" },
    "decides: By its targetingKey u it stands at 0.005 %, which no share covers: the rest gets b.",
  ],
  [
    { step: "split", by: "targetingKey", unit: "u", slot: 5, offset: 0, range: null, variant: null },
    "passes: By its targetingKey u it stands at 0.005 %, which no share covers: it goes on to the next rule.",
  ],
  [
    { step: "split", by: "seat", unit: null, slot: null, offset: 0, range: null, variant: null },
    "blocks: There is no seat to split by.",
  ],
  [{ step: "stopped", variant: "new" }, "blocks: new is stopped, so the fallback answers."],
  [{ step: "only", variant: "new", result: "true", conditions: [] }, "passes: It may have new."],
  [
    { step: "only", variant: "new", result: "false", conditions: [] },
    "blocks: It may not have new: only those may who fit what the variant asks for.",
  ],
  [{ step: "fallback", variant: "old", applies: true }, "decides: The fallback is old."],
  [{ step: "fallback", variant: "old", applies: false, why: "stopped" }, "passes: The fallback old is not for it: stopped."],
  [{ step: "dream" } as unknown as TraceStep, "passes: A step that this page does not know: dream."],
])("%j", (step, said) => expect(say(step)).toBe(said));

const FLAG: FlagDefinition = {
  type: "string",
  purpose: "release",
  owner: "a-team",
  permanent: true,
  variants: { new: { value: "n" }, old: { value: "o" } },
  environments: {
    production: {
      enabled: true,
      fallback: "old",
      rules: [
        { id: "eu", when: { region: "eu", segment: "staff" }, serve: { variant: "new" } },
        { id: "all", when: { attribute: { segment: "x" } }, serve: { variant: "new" } },
      ],
      default: { variant: "old" },
    },
  },
};

describe("a real evaluation", () => {
  const snapshot = snapshotOf(
    { version: 1, flags: { search: FLAG }, segments: { staff: { environments: { production: { include: ["user-1"] } } } } },
    "production",
  );
  const compiled = compileSnapshot(snapshot);
  const told = (context: object) => {
    const { trace, evaluation } = explain(compiled, "search", context);
    return { steps: sayTrace(trace, (id) => `“${id}”`), answer: sayAnswer(evaluation), reason: sayReason(evaluation) };
  };

  test("that a rule decides", () => {
    expect(told({ targetingKey: "user-1", region: "eu" })).toEqual({
      steps: [
        {
          look: "decides",
          text: "The rule “eu” holds.",
          details: ['region is eu: yes, it is "eu"', "in segment staff: yes"],
        },
      ],
      answer: "new",
      reason: "a rule or a list says so",
    });
  });

  test("that falls through to the default", () => {
    const { steps, answer, reason } = told({ targetingKey: "user-2" });
    expect(steps.map(({ text }) => text)).toEqual([
      "The rule “eu” does not hold.",
      "The rule “all” does not hold.",
      "No rule holds, so the default answers.",
    ]);
    expect(steps[0]?.details).toEqual(["region is eu: no, it is not there", "in segment staff: no"]);
    expect(steps[1]?.details).toEqual(["segment is x: no, it is not there"]);
    expect([answer, reason]).toEqual(["old", "no rule holds"]);
  });

  test("of a flag that is not there", () => {
    const { evaluation } = explain(compiled, "missing", {});
    expect(sayAnswer(evaluation)).toBe("the default in the code");
    expect(sayReason(evaluation)).toBe("there is no such flag in this environment");
  });
});

test("a blocked answer says so", () =>
  expect(sayReason({ reason: "DEFAULT", flagMetadata: { blocked: true } })).toBe(
    "it may not have the variant that the rules name",
  ));
