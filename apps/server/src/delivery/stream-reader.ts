/** One open stream: takes what its socket takes, and nothing waits for it but the one event that is on its way. */

import type { ServerResponse } from "node:http";
import type { SnapshotVersion } from "@dimmer/protocol";
import { DELIVERY_LIMITS } from "./limits.ts";
import { HEARTBEAT, writeRetry } from "./sse.ts";

/** Whose stream it is. */
export interface StreamKey {
  readonly id: string;
  readonly expiresAt: number | null;
}

export interface StreamReader {
  readonly key: StreamKey;
  /** The version that everything written so far leads to; undefined for a reader that must fetch first. */
  position: SnapshotVersion | undefined;
  /** False when the socket is full: wait for `onReady`. */
  write(bytes: Buffer): boolean;
  isReady(): boolean;
  beat(now: number): void;
  /** Says goodbye and when to come back. */
  end(retryMs: number): void;
  cut(): void;
}

export interface ReaderPorts {
  readonly clock: () => number;
  readonly onReady: (reader: StreamReader) => void;
  readonly onClosed: (reader: StreamReader) => void;
}

export function openReader(
  response: ServerResponse,
  key: StreamKey,
  position: SnapshotVersion | undefined,
  ports: ReaderPorts,
): StreamReader {
  let blockedAt: number | undefined;
  const reader: StreamReader = {
    key,
    position,
    isReady: () => blockedAt === undefined && !response.destroyed && !response.writableEnded,
    write(bytes) {
      if (!reader.isReady()) return false;
      if (!response.write(bytes)) blockedAt = ports.clock();
      // Cannot happen while writers honour the answer of `write`; if one ever does not, the reader pays and not the process.
      if (response.writableLength > DELIVERY_LIMITS.bufferedBytes) reader.cut();
      return blockedAt === undefined;
    },
    beat(now) {
      const isExpired = key.expiresAt !== null && key.expiresAt <= now;
      const isStalled = blockedAt !== undefined && now - blockedAt >= DELIVERY_LIMITS.stalledMs;
      if (isExpired || isStalled) reader.cut();
      else if (blockedAt === undefined) reader.write(HEARTBEAT);
    },
    end(retryMs) {
      if (!response.writableEnded) response.end(writeRetry(retryMs));
    },
    cut: () => void response.destroy(),
  };
  response.on("drain", () => {
    blockedAt = undefined;
    ports.onReady(reader);
  });
  response.on("error", () => reader.cut());
  response.on("close", () => ports.onClosed(reader));
  return reader;
}
