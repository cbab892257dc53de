/** What every store of events writes into a file for other tools. */

import { readFileSync, rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ExportQuestion, KeptEvent } from "./event-store.ts";
import { base, call, NOW, OPUS, place, received } from "./sample-events.contract.ts";
import type { TelemetryStore } from "./telemetry-store.ts";
import { DAY_MS } from "./times.ts";

const ALL: ExportQuestion = { since: 0, until: NOW + DAY_MS, flag: "", kind: "", format: "ndjson" };

export function exportingContract(open: () => Promise<TelemetryStore>): void {
  let store: TelemetryStore;
  const comment = (text: string): KeptEvent => ({ ...base(), kind: "feedback", name: "comment", comment: text });
  beforeAll(async () => {
    store = await open();
    const other = call({ at: NOW + 1 }, { ...OPUS, flag: "writer" });
    await store.appendEvents([
      received("exports", [
        call({ finishReasons: ["stop"] }),
        other,
        comment('=1+1,"x"\ny'),
        comment("-2"),
        comment("Fine - really."),
      ]),
      received("elsewhere", [call()]),
    ]);
  });
  afterAll(() => store.close());

  /** Taken away, as whoever asks does. */
  const taken = async (question: Partial<ExportQuestion>) => {
    const { path, rows } = await store.exportEvents(place("exports"), { ...ALL, ...question });
    const bytes = readFileSync(path);
    rmSync(path);
    return { rows, bytes };
  };

  test("one line of JSON for each event, with what is not known as null", async () => {
    const { rows, bytes } = await taken({});
    const lines = bytes
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect([rows, lines.length]).toEqual([5, 5]);
    expect(lines[0]).toMatchObject({
      kind: "generation",
      happened_at: NOW,
      targeting_key: "user-1",
      flag: "summarizer",
      variant: "opus",
      input_tokens: 1_000,
      cost_micro_usd: 7_500,
      finish_reasons: '["stop"]',
      run: null,
    });
    expect(Object.keys(lines[0] ?? {})).not.toEqual(expect.arrayContaining(["project"]));
    expect(lines[2]).toMatchObject({ comment: '=1+1,"x"\ny' });
  });

  test("only what was asked for: of a time, a flag, a kind; nothing is an empty file with its columns", async () => {
    const rowsOf = async (question: Partial<ExportQuestion>) => (await taken(question)).rows;
    expect(await rowsOf({ flag: "writer" })).toBe(1);
    expect(await rowsOf({ kind: "feedback" })).toBe(3);
    expect(await rowsOf({ since: NOW + 1 })).toBe(1);
    expect(await rowsOf({ until: NOW + 1 })).toBe(4);
    expect((await taken({ flag: "nothing" })).bytes.toString()).toBe("");
    const { bytes } = await taken({ flag: "nothing", format: "csv" });
    expect(bytes.toString()).toMatch(/^source,received_at,id,kind,happened_at,/u);
  });

  test("A66 in a table of text nothing is a formula", async () => {
    const text = (await taken({ kind: "feedback", format: "csv" })).bytes.toString();
    for (const said of [`,"'=1+1,""x""\ny",`, ",'-2,", ",Fine - really.,"]) expect(text).toContain(said);
  });

  test("Parquet, whole", async () => {
    const { rows, bytes } = await taken({ format: "parquet" });
    expect([rows, bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual([5, "PAR1", "PAR1"]);
  });
}
