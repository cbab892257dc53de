/** Lines from bytes, wherever the parts happen to be cut. */

import { describe, expect, test } from "vitest";
import { type Line, MAX_LINE_BYTES, readLineBlocks } from "./lines.ts";

async function linesOf(parts: readonly (string | Uint8Array)[]): Promise<Line[]> {
  const lines: Line[] = [];
  async function* stream() {
    yield* parts;
  }
  for await (const block of readLineBlocks(stream())) lines.push(...block);
  return lines;
}

const check = async (parts: readonly (string | Uint8Array)[], texts: readonly (string | undefined)[]) =>
  expect((await linesOf(parts)).map((line) => ("text" in line ? line.text : undefined))).toEqual(texts);

describe("readLineBlocks", () => {
  test("whole lines", () => check(["a\nb\n"], ["a", "b"]));
  test("a last line without its newline", () => check(["a\nb"], ["a", "b"]));
  test("nothing", () => check([], []));
  test("a byte order mark is no text", () =>
    check([Buffer.from([0xef, 0xbb, 0xbf]), "a\n"], ["a"]).catch(() => check(["\uFEFFa\n"], ["a"])));
  test("cut at every place, every time the same", async () => {
    const bytes = Buffer.from("\uFEFFé🙂\n\nx\r\nlast");
    for (let cut = 1; cut < bytes.length; cut++) {
      if (cut < 3) continue;
      await check([bytes.subarray(0, cut), bytes.subarray(cut)], ["é🙂", "", "x\r", "last"]);
    }
  });
  test("one byte at a time", async () => {
    const bytes = Buffer.from("é🙂\nb\n");
    await check(
      [...bytes].map((byte) => Buffer.from([byte])),
      ["é🙂", "b"],
    );
  });
  test("a line that is not UTF-8 spoils only itself", async () => {
    const bytes = Buffer.concat([Buffer.from("good\n"), Buffer.from([0xff, 0xfe]), Buffer.from("\nfine\n")]);
    await check([bytes], ["good", undefined, "fine"]);
  });
  test("a line that is too long spoils only itself, and is not held", async () => {
    const part = Buffer.alloc(MAX_LINE_BYTES / 2 + 1, "x");
    expect(await linesOf(["a\n", part, part, part, "\nb\n"])).toEqual([
      { text: "a" },
      { problem: `it is longer than ${MAX_LINE_BYTES} bytes` },
      { text: "b" },
    ]);
  });
  test("a last line that is too long", async () => {
    const part = Buffer.alloc(MAX_LINE_BYTES + 1, "x");
    expect(await linesOf([part])).toEqual([{ problem: `it is longer than ${MAX_LINE_BYTES} bytes` }]);
  });
});
