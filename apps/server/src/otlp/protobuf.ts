/** OTLP in protobuf: requests read into what their JSON would have been, and the answers. */

import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { EVENT_LIMITS, ProblemError } from "@dimmer/protocol";
import { OTLP_LIMITS } from "./limits.ts";
import type { Field, Message, Scalar } from "./messages.ts";

/**
 * Reads a request by the table of what is known of it; all else is passed over unread.
 *
 * Shape:  what `JSON.parse` would give of the same in OTLP's JSON. No deeper than the table, as no message there holds itself.
 * Errors: `ProblemError` invalid-request for bytes that are no such message, or of more parts than a request may have.
 * Source: the Protocol Buffers encoding; ADR-0055.
 */
export function readProtobuf(bytes: Uint8Array, message: Message): object {
  const state = { reader: new BinaryReader(bytes), partsLeft: OTLP_LIMITS.parts };
  try {
    return readMessage(state, message, bytes.length);
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    throw new ProblemError("invalid-request", "The body is no OTLP in protobuf: it is cut off, or something else.", { cause });
  }
}

interface Reading {
  readonly reader: BinaryReader;
  partsLeft: number;
}

function readMessage(state: Reading, message: Message, end: number): object {
  const { reader } = state;
  if (end > reader.len) throw new RangeError("a part is longer than what holds it");
  takePart(state);
  const read: Record<string, unknown> = {};
  while (reader.pos < end) {
    const [number, wire] = reader.tag();
    // Groups are of an older protobuf, and could be nested without end.
    if (wire === WireType.StartGroup || wire === WireType.EndGroup) throw new RangeError("a group");
    const field = message[number];
    if (field === undefined || wire !== wireOf(field)) reader.skip(wire, number);
    else readField(state, field, read);
  }
  if (reader.pos !== end) throw new RangeError("a part is longer than what holds it");
  return read;
}

function takePart(state: Reading): void {
  if (state.partsLeft-- > 0) return;
  throw new ProblemError("invalid-request", `A request may have ${OTLP_LIMITS.parts} parts; send smaller batches.`);
}

/** How each form is written, and read. */
const SCALARS: Readonly<Record<Scalar, readonly [wire: WireType, read: (reader: BinaryReader) => unknown]>> = {
  hex: [WireType.LengthDelimited, (reader) => hexOf(reader.bytes())],
  text: [WireType.LengthDelimited, (reader) => textOf(reader.bytes())],
  nanos: [WireType.Bit64, (reader) => String(reader.fixed64())],
  double: [WireType.Bit64, (reader) => reader.double()],
  integer: [WireType.Varint, (reader) => String(reader.int64())],
  bool: [WireType.Varint, (reader) => reader.bool()],
  enum: [WireType.Varint, (reader) => reader.int32()],
};

const wireOf = ({ as }: Field): WireType => (typeof as === "string" ? SCALARS[as][0] : WireType.LengthDelimited);

function readField(state: Reading, { name, as, many }: Field, read: Record<string, unknown>): void {
  if (typeof as === "string") read[name] = SCALARS[as][1](state.reader);
  else if (many === undefined) read[name] = readPart(state, as);
  else {
    const list = (read[name] ??= []) as unknown[];
    if (list.length < MANY[many]) list.push(readPart(state, as));
    else {
      takePart(state);
      state.reader.skip(WireType.LengthDelimited);
      // Whoever counts them refuses them.
      if (many === "records") list.push(null);
    }
  }
}

const MANY = {
  records: OTLP_LIMITS.records,
  attributes: OTLP_LIMITS.attributes,
  events: OTLP_LIMITS.events,
  texts: EVENT_LIMITS.finishReasons,
} as const;

function readPart(state: Reading, message: Message): object {
  const size = state.reader.uint32();
  return readMessage(state, message, state.reader.pos + size);
}

/** More than the digits of any id are none. */
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, ID_BYTES + 1)).toString("hex");
const ID_BYTES = 16;

/** What is longer than a name may be is what people typed, and is not looked at; what is no UTF-8 is no text. */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.length > EVENT_LIMITS.nameChars * BYTES_OF_CHAR) return undefined;
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The most that a UTF-16 code unit takes. */
const BYTES_OF_CHAR = 3;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** `ExportTraceServiceResponse` and its like of log records. Shape: no bytes at all where there is nothing to say. */
export function writeOutcome({ refused, why }: { readonly refused: number; readonly why: string | undefined }): Uint8Array {
  if (why === undefined) return new Uint8Array();
  const partial = new BinaryWriter();
  if (refused > 0) partial.tag(1, WireType.Varint).int64(refused);
  partial.tag(2, WireType.LengthDelimited).string(why);
  return new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(partial.finish()).finish();
}

/** `google.rpc.Status`, with its message alone. */
export const writeStatus = (message: string): Uint8Array =>
  new BinaryWriter().tag(2, WireType.LengthDelimited).string(message).finish();
