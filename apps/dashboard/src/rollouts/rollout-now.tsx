/** Where a rollout stands, why, and what comes next: three sentences that one can read from across the desk. */

import { ArrowRight } from "lucide-react";
import type { RolloutView } from "@dimmer/protocol";
import { Time } from "../ui/time.tsx";
import { useNow } from "../ui/use-now.ts";
import { isOpen, sayNow } from "./say-rollout.ts";
import { sayWait } from "./say-wait.ts";

export function RolloutNow({ rollout }: { readonly rollout: RolloutView }) {
  const { latest, next, needs, state } = rollout;
  const isBad = state === "rolled-back";
  return (
    <section
      aria-label="Now"
      className={`flex flex-col gap-3 rounded-control border bg-surface p-5 sm:p-6 ${isBad ? "border-danger" : "border-line"}`}
    >
      <p className="text-title font-semibold break-words">{sayNow(rollout)}</p>
      {(latest?.because ?? []).map(({ reason, about, say }, at) => (
        <p key={`${reason} ${about}`} className={`max-w-prose break-words ${isBad && at === 0 ? "text-danger" : ""}`}>
          {say}
        </p>
      ))}
      <p className="flex items-start gap-2 border-t border-line pt-3 text-quiet">
        <ArrowRight size={16} aria-hidden className="mt-1 shrink-0" />
        <span className="min-w-0 break-words">
          {next.say}
          {isOpen(rollout) && next.at !== null && (
            <>
              {" "}
              <Wait at={next.at} />
            </>
          )}
        </span>
      </p>
      {needs !== null && (
        <p className="text-quiet">
          {needs.approvedBy.length === 0
            ? "Nobody has approved it yet"
            : `Approved by ${needs.approvedBy.map(({ name }) => name).join(", ")}`}
          {`; it needs ${needs.approvals === 1 ? "one" : needs.approvals}.`}
        </p>
      )}
      {latest !== null && isOpen(rollout) && (
        <p className="text-small text-faint">
          Looked <Time at={latest.lastAt} />
          {latest.evidence.lastBucketAt !== null && (
            <>
              ; the newest figures are of <Time at={latest.evidence.lastBucketAt} />
            </>
          )}
          .
        </p>
      )}
    </section>
  );
}

function Wait({ at }: { readonly at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()} className="figures font-semibold text-ink">
      {sayWait(at, now)}
    </time>
  );
}
