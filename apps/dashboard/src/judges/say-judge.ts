/** An online judge and its day, in words, and what somebody typed of one. */

import { sayCount, sayDollars, sayShare } from "@dimmer/evaluation";
import { JUDGE_LIMITS, type JudgeRequest, type JudgeView } from "@dimmer/protocol";
import { readDollars } from "../connections/say-connection.ts";

/** "Scores 5 % of the runs of summarizer from 0 to 1 as helpful, by gpt-4o-2024-08-06." */
export function sayTask({ perMille, flag, scale, score, model }: JudgeView): string {
  const runs = perMille === JUDGE_LIMITS.perMille ? "all runs" : `${sayShare(perMille / JUDGE_LIMITS.perMille)} of the runs`;
  return `Scores ${runs} of ${flag} from ${scale.from} to ${scale.to} as ${score}, by ${model}.`;
}

/** "12 judged today for $0.0310 of $5.00, 3 wait. 2 were given up." */
export function sayToday({ today, waiting, dailyBudgetMicroUsd }: JudgeView): string {
  const { judged, failed, dropped, costMicroUsd } = today;
  const waits = waiting === 0 ? "" : `, ${sayCount(waiting)} ${waiting === 1 ? "waits" : "wait"}`;
  const without = [
    ...(failed === 0 ? [] : [`${sayCount(failed)} ${failed === 1 ? "was" : "were"} given up.`]),
    ...(dropped === 0 ? [] : [`For ${sayCount(dropped)} there was no time or no room.`]),
  ];
  const done = `${judged === 0 ? "None" : sayCount(judged)} judged today for ${sayDollars(costMicroUsd)} of ${sayDollars(dailyBudgetMicroUsd)}${waits}.`;
  return [done, ...without].join(" ");
}

/** A form's fields, by their names. */
export type JudgeFields = Readonly<Record<string, string | undefined>>;

/** Fields whose text is no number of theirs. */
export type WrongFields = Readonly<Partial<Record<"share" | "budget" | "from" | "to", string>>>;

/**
 * Reads what somebody typed.
 *
 * Shape:  the request, or what is wrong at which field. What only the server knows, it says.
 */
export function readJudge(fields: JudgeFields): { readonly judge: JudgeRequest } | { readonly wrong: WrongFields } {
  const text = (name: string) => fields[name]?.trim() ?? "";
  const perMille = readPercent(text("share"));
  const budget = readDollars(text("budget"));
  const [from, to] = [readNumber(text("from")), readNumber(text("to"))];
  const wrong: WrongFields = {
    ...(perMille === undefined ? { share: "A share is from 0.1 to 100 %." } : {}),
    ...(typeof budget === "number" && budget > 0 ? {} : { budget: "That is no amount: write 1 or 0.25." }),
    ...(from === undefined ? { from: "That is no number." } : {}),
    ...(to === undefined || (from !== undefined && to <= from) ? { to: "It is above the lowest." } : {}),
  };
  if (Object.keys(wrong).length > 0 || perMille === undefined || from === undefined || to === undefined) return { wrong };
  const [name, flag, connection, model, score] = ["name", "flag", "connection", "model", "score"].map(text);
  return {
    judge: {
      name: name ?? "",
      flag: flag ?? "",
      connection: connection ?? "",
      model: model ?? "",
      score: score ?? "",
      prompt: fields["prompt"] ?? "",
      scale: { from, to },
      perMille,
      dailyBudgetMicroUsd: budget ?? 0,
    },
  };
}

const readNumber = (text: string): number | undefined => (/^-?\d{1,4}(?:\.\d{1,6})?$/u.test(text) ? Number(text) : undefined);

/** In a thousand. */
function readPercent(text: string): number | undefined {
  const percent = /^\d{1,3}(?:\.\d)?$/u.test(text) ? Number(text) : 0;
  const perMille = Math.round(percent * 10);
  return perMille >= 1 && perMille <= JUDGE_LIMITS.perMille ? perMille : undefined;
}
