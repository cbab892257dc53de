/** Reads `text/event-stream`, chunk by chunk, as the HTML standard writes it down. */

export interface StreamMessage {
  /** `message` where the stream names none. */
  readonly event: string;
  readonly data: string;
  /** The last id the stream gave, also for events that carry none. */
  readonly id: string;
}

/**
 * Shape:  `push` takes text cut anywhere and returns the messages that it completes; `retryMs` is the stream's last `retry:`.
 * Errors: throws a RangeError when an unfinished message outgrows `maxChars`; the parser is then of no further use.
 */
export interface EventStreamParser {
  push(text: string): readonly StreamMessage[];
  readonly retryMs: number | undefined;
}

export function openEventStreamParser(maxChars: number): EventStreamParser {
  let isFirst = true;
  /** The line being read; pieces are only appended, so that a long line costs its length once. */
  let line = "";
  let isAfterReturn = false;
  let event = "";
  let data: string[] = [];
  let chars = 0;
  let id = "";
  let retryMs: number | undefined;

  const takeLine = (messages: StreamMessage[]): void => {
    const text = line;
    line = "";
    if (text === "") return takeMessage(messages);
    const colon = text.indexOf(":");
    if (colon === 0) chars -= text.length;
    else if (colon < 0) takeField(text, "");
    else takeField(text.slice(0, colon), text.slice(text[colon + 1] === " " ? colon + 2 : colon + 1));
  };

  const takeField = (name: string, value: string): void => {
    if (name === "data") data.push(value);
    else if (name === "event") event = value;
    else if (name === "id" && !value.includes("\0")) id = value;
    else if (name === "retry" && /^[0-9]{1,10}$/.test(value)) retryMs = Number(value);
  };

  const takeMessage = (messages: StreamMessage[]): void => {
    if (data.length > 0) messages.push({ event: event === "" ? "message" : event, data: data.join("\n"), id });
    event = "";
    data = [];
    chars = 0;
  };

  const append = (piece: string): void => {
    chars += piece.length;
    if (chars > maxChars) throw new RangeError(`An event of the stream is longer than ${maxChars} characters.`);
    line += piece;
  };

  return {
    push(text) {
      const messages: StreamMessage[] = [];
      let at = isFirst && text.startsWith("\uFEFF") ? 1 : 0;
      if (text !== "") isFirst = false;
      while (at < text.length) {
        // The LF of a CRLF that was cut in two belongs to the line that has ended.
        if (isAfterReturn && text[at] === "\n") at += 1;
        isAfterReturn = false;
        const end = nextLineEnd(text, at);
        append(text.slice(at, end));
        if (end === text.length) break;
        isAfterReturn = text[end] === "\r";
        takeLine(messages);
        at = end + 1;
      }
      return messages;
    },
    get retryMs() {
      return retryMs;
    },
  };
}

/** The place of the next CR or LF, or the end of the text. */
function nextLineEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) return at;
  }
  return text.length;
}
