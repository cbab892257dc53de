/** Whether a flag's first answer has come, and from where, in words. */

import type { EvaluationsView, SdkView } from "@dimmer/protocol";
import { listOf } from "@dimmer/evaluation";

export interface Connection {
  /** `asked`: the flag was; `connected`: an app is there and has not asked for it; `none`: nobody is. */
  readonly state: "asked" | "connected" | "none";
  readonly title: string;
  readonly about: string;
  /** RFC 3339: the minute of the last answer. */
  readonly lastAt: string | undefined;
}

/** Shape: `hours` is how far back the evaluations were asked for. */
export function sayConnection(
  flag: string,
  hours: number,
  evaluations: Pick<EvaluationsView, "totals"> | undefined,
  sdks: readonly SdkView[],
): Connection {
  const totals = evaluations?.totals.filter((total) => total.flag === flag) ?? [];
  const count = totals.reduce((sum, total) => sum + total.count, 0);
  const [lastAt] = totals.map((total) => total.lastAt).sort((a, b) => (a < b ? 1 : -1));
  const apps = sayApps(sdks);
  if (count > 0) {
    const times = count === 1 ? "once" : `${count.toLocaleString("en")} times`;
    return {
      state: "asked",
      title: `${flag} was asked for ${times} in the last ${hours} hours`,
      about: apps ?? "No app stays connected: what asks over OFREP (Python, curl, a browser) comes and goes.",
      lastAt,
    };
  }
  if (apps !== undefined) {
    return {
      state: "connected",
      title: `Connected, and nobody has asked for ${flag} yet`,
      about: `${apps} What an app has asked shows here within 15 seconds.`,
      lastAt: undefined,
    };
  }
  return {
    state: "none",
    title: "Waiting for the first answer",
    about: `Run the code: the light turns on as soon as somebody asks for ${flag}.`,
    lastAt: undefined,
  };
}

/** "2 apps are connected: dimmer-node 0.1.0 (streaming)."; undefined where there is none. */
export function sayApps(sdks: readonly SdkView[]): string | undefined {
  if (sdks.length === 0) return undefined;
  const kinds = new Set(sdks.map(({ name, version, connection }) => `${name} ${version} (${connection})`));
  return `${sdks.length === 1 ? "1 app is" : `${sdks.length} apps are`} connected: ${listOf([...kinds], "and")}.`;
}
