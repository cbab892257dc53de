/** People at work with the demo's app: they come by day, ask a few times, wait or give up, and some say what they think. */

import { setMaxListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { SummaryLine } from "./app.ts";
import { busyness, REGIONS, type Person, type Region } from "./people.ts";
import { TEXTS } from "./texts.ts";

export interface TrafficOptions {
  readonly appUrl: string;
  readonly dimmerUrl: string;
  readonly people: readonly Person[];
  readonly random: () => number;
  /** Visits a second when all regions are at their busiest. */
  readonly visitsPerSecond: number;
  /** Minutes that a day takes here. */
  readonly dayMinutes: number;
}

export interface Traffic {
  readonly counts: Readonly<Counts>;
  /** Lets visits that have begun end. */
  stop(): Promise<void>;
}

interface Counts {
  visits: number;
  answers: number;
  thumbs: number;
  /** Given up before the first word. */
  abandoned: number;
  failures: number;
  /** Visits that did not begin, because too many were there. */
  turnedAway: number;
}

const TICK_MS = 100;
const VISITS_AT_ONCE_MAX = 60;
/** Milliseconds between two requests of a visit, at least and at most. */
const THINKING_MS = [800, 4_000] as const;
/** Which share of an answer's words must be right to please half of the people. */
const PLEASING = 0.8;

export function startTraffic(options: TrafficOptions): Traffic {
  const { people, random } = options;
  const counts: Counts = { visits: 0, answers: 0, thumbs: 0, abandoned: 0, failures: 0, turnedAway: 0 };
  const stopping = new AbortController();
  setMaxListeners(VISITS_AT_ONCE_MAX, stopping.signal);
  const visits = new Set<Promise<void>>();
  const started = Date.now();
  const byRegion = REGIONS.map((region) => [region, people.filter((person) => person.region === region)] as const);

  const tick = setInterval(() => {
    // The demo begins in the morning, so that there is something to see.
    const timeOfDay = ((Date.now() - started) / 60_000 / options.dayMinutes + 0.4) % 1;
    for (const [region, there] of byRegion) arrive(region, there, timeOfDay);
  }, TICK_MS);

  function arrive(region: Region, there: readonly Person[], timeOfDay: number): void {
    const rate = options.visitsPerSecond * (there.length / people.length) * busyness(region, timeOfDay);
    if (random() >= (rate * TICK_MS) / 1_000) return;
    if (visits.size >= VISITS_AT_ONCE_MAX) return void (counts.turnedAway += 1);
    const person = there[Math.floor(random() * there.length)];
    if (person === undefined) return;
    const visit = visitApp(person, options, counts, stopping.signal).finally(() => visits.delete(visit));
    visits.add(visit);
  }

  return {
    counts,
    async stop() {
      clearInterval(tick);
      stopping.abort();
      await Promise.all(visits);
    },
  };
}

/** Never rejects: what fails is counted. */
async function visitApp(person: Person, options: TrafficOptions, counts: Counts, stopping: AbortSignal): Promise<void> {
  counts.visits += 1;
  const { random } = options;
  for (let left = person.visitMax; left > 0 && !stopping.aborted; left -= 1) {
    try {
      await askOnce(person, options, counts);
      const [least, most] = THINKING_MS;
      await wait(least + (most - least) * random(), undefined, { signal: stopping });
    } catch {
      if (!stopping.aborted) counts.failures += 1;
      return;
    }
  }
}

async function askOnce(person: Person, { appUrl, dimmerUrl, random }: TrafficOptions, counts: Counts): Promise<void> {
  const text = TEXTS[Math.floor(random() * TEXTS.length)] ?? "";
  const impatience = new AbortController();
  const givingUp = setTimeout(() => impatience.abort(), person.patienceMs);
  const answer = await readSummary(appUrl, person, text, impatience.signal, () => clearTimeout(givingUp)).catch(
    (error: unknown) => {
      if (!impatience.signal.aborted) throw error;
      return undefined;
    },
  );
  clearTimeout(givingUp);
  if (answer === undefined) return void (counts.abandoned += 1);
  counts.answers += 1;
  if (answer.token === null || random() >= person.speaksUp) return;
  const isPleased = random() < chanceOfPleasing(rightShare(answer.text));
  await sayWhatOneThinks(dimmerUrl, answer.token, isPleased);
  counts.thumbs += 1;
}

interface Summary {
  readonly text: string;
  readonly token: string | null;
}

async function readSummary(
  appUrl: string,
  person: Person,
  text: string,
  signal: AbortSignal,
  onWord: () => void,
): Promise<Summary> {
  const response = await fetch(`${appUrl}/summaries`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text, person: person.id, plan: person.plan, region: person.region }),
    signal,
  });
  if (!response.ok || response.body === null) throw new Error(`The app answered ${response.status}.`);
  let unread = "";
  let said = "";
  let token: string | null = null;
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    onWord();
    const lines = (unread + part).split("\n");
    unread = lines.pop() ?? "";
    for (const line of lines.map((each) => JSON.parse(each) as SummaryLine)) {
      if ("piece" in line) said += line.piece;
      else if ("startOver" in line) said = line.startOver;
      else token = line.token;
    }
  }
  return { text: said, token };
}

/** The model server leaves an ellipsis where a word got lost. */
function rightShare(text: string): number {
  const words = text.split(/\s+/).filter(Boolean);
  return words.length === 0 ? 0 : words.filter((word) => word !== "…").length / words.length;
}

/** Steep around what pleases, and never certain. */
const chanceOfPleasing = (share: number): number => 0.05 + 0.9 / (1 + Math.exp(-18 * (share - PLEASING)));

async function sayWhatOneThinks(dimmerUrl: string, token: string, isPleased: boolean): Promise<void> {
  const send = (name: string, value: number): Promise<Response> =>
    fetch(`${dimmerUrl}/sdk/v1/feedback`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token, name, value }),
    });
  await send("thumbs", isPleased ? 1 : 0);
  await send("accepted", isPleased ? 1 : 0);
}
