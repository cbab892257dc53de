/** Every migration of the store, in order; forward only. To add one: a file `NNNN-<what>.ts` with `up`, and a line here. */

import type { Kysely } from "kysely";
import { up as spine } from "./0001-spine.ts";
import { up as mark } from "./0002-mark.ts";
import { up as schedules } from "./0003-schedules.ts";
import { up as links } from "./0004-links.ts";
import { up as requestAnswers } from "./0005-request-answers.ts";
import { up as owners } from "./0006-owners.ts";
import { up as webhooks } from "./0007-webhooks.ts";
import { up as declaredContext } from "./0008-declared-context.ts";
import { up as modelKills } from "./0009-model-kills.ts";
import { up as roles } from "./0010-roles.ts";
import { up as people } from "./0011-people.ts";
import { up as changeRequests } from "./0012-change-requests.ts";
import { up as evalReports } from "./0013-eval-reports.ts";
import { up as connections } from "./0014-connections.ts";
import { up as priceSheets } from "./0015-price-sheets.ts";
import { up as telemetryChores } from "./0016-telemetry-chores.ts";
import { up as snippets } from "./0017-snippets.ts";
import { up as evalSuites } from "./0018-eval-suites.ts";
import { up as judges } from "./0019-judges.ts";
import { up as alerts } from "./0020-alerts.ts";
import { up as watches } from "./0024-watches.ts";
import { up as experiments } from "./0023-experiments.ts";
import { up as rollouts } from "./0021-rollouts.ts";

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly up: (db: Kysely<unknown>) => Promise<void>;
}

export const MIGRATIONS: readonly Migration[] = [
  { number: 1, name: "spine", up: spine },
  { number: 2, name: "mark", up: mark },
  { number: 3, name: "schedules", up: schedules },
  { number: 4, name: "links", up: links },
  { number: 5, name: "request-answers", up: requestAnswers },
  { number: 6, name: "owners", up: owners },
  { number: 7, name: "webhooks", up: webhooks },
  { number: 8, name: "declared-context", up: declaredContext },
  { number: 9, name: "model-kills", up: modelKills },
  { number: 10, name: "roles", up: roles },
  { number: 11, name: "people", up: people },
  { number: 12, name: "change-requests", up: changeRequests },
  { number: 13, name: "eval-reports", up: evalReports },
  { number: 14, name: "connections", up: connections },
  { number: 15, name: "price-sheets", up: priceSheets },
  { number: 16, name: "telemetry-chores", up: telemetryChores },
  { number: 17, name: "snippets", up: snippets },
  { number: 18, name: "eval-suites", up: evalSuites },
  { number: 19, name: "judges", up: judges },
  { number: 20, name: "alerts", up: alerts },
  { number: 21, name: "rollouts", up: rollouts },
  { number: 23, name: "experiments", up: experiments },
  { number: 24, name: "watches", up: watches },
];
