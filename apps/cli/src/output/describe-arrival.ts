/** How far a change has come, in words. */

import type { SdkArrival } from "@dimmer/protocol";

/** "41 of 42 have it; 1 polling, last seen 40 s ago." */
export function describeArrival(arrival: SdkArrival | null): string {
  if (arrival === null) return "The server does not say which SDKs have it.";
  const { sdks, arrived, behind, unnamed } = arrival;
  const parts = [sayArrived(sdks, arrived), ...behind.map(sayBehind), ...(unnamed === 0 ? [] : [sayUnnamed(unnamed)])];
  return `${parts.join("; ")}.`;
}

function sayBehind({ connection, sdks, lastSeenMsAgo }: SdkArrival["behind"][number]): string {
  return `${sdks} ${connection}, last seen ${sdks === 1 ? "" : "up to "}${formatAge(lastSeenMsAgo)} ago`;
}

const sayUnnamed = (streams: number): string =>
  streams === 1 ? "1 more stream does not say what it holds" : `${streams} more streams do not say what they hold`;

function sayArrived(sdks: number, arrived: number): string {
  if (sdks === 0) return "No SDK is connected here";
  if (sdks === 1) return arrived === 1 ? "The one SDK that is connected has it" : "0 of 1 has it";
  return arrived === sdks ? `All ${sdks} SDKs have it` : `${arrived} of ${sdks} have it`;
}

export function formatAge(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
