/** Sends results to the server as a report of one content. */

import type { EvalJudge, EvalReportView } from "@dimmer/protocol";
import { EVAL_LIMITS } from "@dimmer/protocol";
import { EXIT } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import type { Server } from "../server.ts";
import type { Content } from "./content.ts";
import type { EvalResults } from "./results.ts";

export interface ReportAbout {
  readonly suite: string;
  readonly suiteVersion?: string | undefined;
  readonly model?: string | undefined;
  readonly judge?: EvalJudge | undefined;
}

/** Errors: a failure beyond the bounds of a report; those of the server. */
export async function pushResults(
  server: Server,
  content: Content,
  about: ReportAbout,
  results: EvalResults,
): Promise<EvalReportView> {
  const { items, source, at } = results;
  if (items.length > EVAL_LIMITS.items)
    throw new Failure(EXIT.failed, `A report has at most ${EVAL_LIMITS.items} items, and these are ${items.length}.`);
  const model = about.model ?? results.model;
  return await server.client.pushEvalReport(server.project, {
    suite: about.suite,
    flag: content.flag,
    variant: content.variant,
    configHash: content.configHash,
    items: [...items],
    source,
    ...(about.suiteVersion === undefined ? {} : { suiteVersion: about.suiteVersion }),
    ...(at === undefined ? {} : { at }),
    ...(model === undefined ? {} : { model: model.slice(0, EVAL_LIMITS.nameChars) }),
    ...(about.judge === undefined ? {} : { judge: about.judge }),
  });
}
