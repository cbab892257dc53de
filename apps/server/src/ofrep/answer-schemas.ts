/** What OFREP's answers look like, for the description of the API. */

import { z } from "zod";
import { JsonValueView } from "../http/views.ts";

const Metadata = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const SuccessView = z
  .object({
    key: z.string(),
    reason: z.string(),
    variant: z.string().optional(),
    value: JsonValueView.optional(),
    metadata: Metadata.optional(),
  })
  .meta({ id: "OfrepEvaluation", description: "Without `value` the caller's default applies." });

export const FailureView = z
  .object({ key: z.string(), errorCode: z.string(), errorDetails: z.string() })
  .meta({ id: "OfrepFailure" });

const EventStreamView = z
  .object({ type: z.literal("sse"), endpoint: z.object({ requestUri: z.string() }), inactivityDelaySec: z.int() })
  .meta({ id: "OfrepEventStream", description: "Under the origin of this server. Treat it as a secret." });

export const BulkView = z
  .object({
    flags: z.array(z.union([SuccessView, FailureView])),
    eventStreams: z.array(EventStreamView).optional(),
    metadata: Metadata.optional(),
  })
  .meta({
    id: "OfrepEvaluations",
    description: "Every flag that the key may see; one that fails is a failure among the others.",
  });

export const BulkFailureView = z.object({ errorCode: z.string(), errorDetails: z.string() }).meta({ id: "OfrepBulkFailure" });
