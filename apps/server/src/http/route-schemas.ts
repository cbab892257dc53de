/** The parts of requests and answers that many routes share. */

import { z } from "zod";
import { PROBLEM_TYPE } from "./problems.ts";
import { ProblemView } from "./views.ts";

/** Only bounded here; what is a good name is for the rules that create one. */
const name = z.string().min(1).max(128);

export const ProjectParams = z.strictObject({ project: name });
export const EnvironmentParams = z.strictObject({ project: name, environment: name });
export const FlagParams = z.strictObject({ project: name, flag: name });
export const VariantParams = z.strictObject({ project: name, flag: name, variant: name });
export const FlagEnvironmentParams = z.strictObject({ project: name, flag: name, environment: name });
export const SegmentParams = z.strictObject({ project: name, segment: name });
export const SegmentEnvironmentParams = z.strictObject({ project: name, segment: name, environment: name });
export const ChangeParams = z.strictObject({ project: name, change: name });
export const KeyParams = z.strictObject({ project: name, key: name });
export const WebhookParams = z.strictObject({ project: name, webhook: name });
export const DeliveryParams = z.strictObject({ project: name, webhook: name, delivery: name });
export const ConnectionParams = z.strictObject({ project: name, environment: name, connection: name });
export const AlertParams = z.strictObject({ project: name, alert: name });
export const JudgeParams = z.strictObject({ project: name, environment: name, judge: name });
export const WatchedFlagParams = z.strictObject({ project: name, environment: name, flag: name });
export const ExperimentParams = z.strictObject({ project: name, experiment: name });
export const ExclusionGroupParams = z.strictObject({ project: name, group: name });
export const HoldoutParams = z.strictObject({ project: name, holdout: name });
export const RolloutParams = z.strictObject({ project: name, rollout: name });
export const LinkParams = z.strictObject({ project: name, link: name });
export const ChangeRequestParams = z.strictObject({ project: name, request: name });
export const EvalReportParams = z.strictObject({ project: name, report: name });
export const EvalSuiteParams = z.strictObject({ project: name, suite: name });
export const EvalRunParams = z.strictObject({ project: name, run: name });
export const ScheduleParams = z.strictObject({ project: name, schedule: name });
export const InstallationKeyParams = z.strictObject({ key: name });
export const PersonParams = z.strictObject({ person: name });
export const InvitationParams = z.strictObject({ invitation: name });
export const SessionParams = z.strictObject({ session: name });
export const PersonalTokenParams = z.strictObject({ token: name });

/** What every edit may say besides itself. */
export const about = {
  reason: z.string().max(2_000).optional().describe("Why; kept with the change and in the audit log."),
  dryRun: z.boolean().optional().describe("Validate and report, commit nothing."),
};
export const About = z.strictObject(about);
export type About = z.infer<typeof About>;

/** A refusal, for a route's `response`. */
export const problemResponse = (description: string) => ({ description, content: { [PROBLEM_TYPE]: { schema: ProblemView } } });
