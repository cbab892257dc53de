/** Splits a stream of bytes into lines, in blocks, without waiting once per line. */

import { isUtf8 } from "node:buffer";

/** Bytes of one line; a longer one is a bad line and is not held in memory. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024;
const NEWLINE = 10;

/** One line, or why it cannot be read as text. */
export type Line = { readonly text: string } | { readonly problem: string };

/**
 * Shape:  whole lines in order, several per block; a byte order mark, carriage returns and a last line without its newline are fine.
 * Errors: rejects when the stream does; a line that is too long or not UTF-8 is a problem in its place.
 */
export async function* readLineBlocks(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<readonly Line[]> {
  let rest: Buffer = Buffer.alloc(0);
  let isSkipping = false;
  let isFirst = true;
  for await (const part of stream) {
    const whole = joinBytes(rest, isFirst ? withoutMark(toBuffer(part)) : toBuffer(part));
    isFirst = false;
    const end = whole.lastIndexOf(NEWLINE);
    if (end >= 0) {
      yield splitBlock(whole.subarray(0, end), isSkipping);
      isSkipping = false;
    }
    rest = whole.subarray(end + 1);
    if (rest.length > MAX_LINE_BYTES) [rest, isSkipping] = [Buffer.alloc(0), true];
  }
  if (rest.length > 0 || isSkipping) yield splitBlock(rest, isSkipping);
}

const toBuffer = (part: Uint8Array | string): Buffer =>
  typeof part === "string" ? Buffer.from(part) : Buffer.from(part.buffer, part.byteOffset, part.byteLength);

const joinBytes = (rest: Buffer, part: Buffer): Buffer => (rest.length === 0 ? part : Buffer.concat([rest, part]));

const withoutMark = (part: Buffer): Buffer => (part.subarray(0, 3).equals(BYTE_ORDER_MARK) ? part.subarray(3) : part);
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

function splitBlock(block: Buffer, isSkipping: boolean): readonly Line[] {
  const lines = isUtf8(block) ? splitText(block.toString("utf8")) : splitBytes(block);
  return isSkipping ? [{ problem: `it is longer than ${MAX_LINE_BYTES} bytes` }, ...lines.slice(1)] : lines;
}

function splitText(text: string): Line[] {
  return text.split("\n").map((line) => ({ text: line }));
}

/** The slow way, only for a block in which some line is broken. */
function splitBytes(block: Buffer): Line[] {
  const lines: Line[] = [];
  for (let from = 0; from <= block.length;) {
    const found = block.indexOf(NEWLINE, from);
    const to = found < 0 ? block.length : found;
    const line = block.subarray(from, to);
    lines.push(isUtf8(line) ? { text: line.toString("utf8") } : { problem: "it is not UTF-8 text" });
    from = to + 1;
  }
  return lines;
}
