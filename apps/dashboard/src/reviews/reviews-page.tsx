/** Edits that wait for somebody else's eyes, and what became of earlier ones. */

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { ChangeRequestState, ChangeRequestView } from "@dimmer/protocol";
import { usePlace } from "../shell/projects-query.ts";
import { ButtonLink } from "../ui/button.tsx";
import { CompactSelect } from "../ui/field.tsx";
import { Empty, Page, Problem, Waiting } from "../ui/page.tsx";
import { Tag } from "../ui/tag.tsx";
import { Time } from "../ui/time.tsx";
import { reviewsQuery } from "./review-queries.ts";

const STATES: readonly { readonly value: ChangeRequestState; readonly label: string }[] = [
  { value: "pending", label: "Waiting" },
  { value: "applied", label: "Applied" },
  { value: "rejected", label: "Rejected" },
  { value: "withdrawn", label: "Withdrawn" },
];

export function ReviewsPage() {
  const { project } = usePlace();
  const { state = "pending" } = useSearch({ from: "/inside/projects/$project/reviews" });
  const navigate = useNavigate({ from: "/projects/$project/reviews" });
  const reviews = useQuery(reviewsQuery(project.key, state));
  return (
    <Page
      title="Reviews"
      lead="Edits that take somebody else’s word before they count."
      acts={
        <CompactSelect
          label="State"
          value={state}
          choices={STATES}
          onChange={({ target }) => void navigate({ search: { state: target.value as ChangeRequestState } })}
        />
      }
    >
      {reviews.isError && <Problem error={reviews.error} onRetry={() => void reviews.refetch()} />}
      {reviews.isPending && <Waiting />}
      {reviews.data?.length === 0 && (
        <Empty
          title={state === "pending" ? "Nothing waits" : "None like that"}
          act={
            <ButtonLink to="/projects/$project/environments" params={{ project: project.key }}>
              Environments
            </ButtonLink>
          }
        >
          An environment can ask for review, in its settings: then every edit that reaches it waits here until somebody else has
          approved it. Kill and stop never wait.
        </Empty>
      )}
      {reviews.data !== undefined && reviews.data.length > 0 && (
        <ul className="border-t border-line">
          {reviews.data.map((review) => (
            <ReviewRow key={review.id} project={project.key} review={review} />
          ))}
        </ul>
      )}
    </Page>
  );
}

function ReviewRow({ project, review }: { readonly project: string; readonly review: ChangeRequestView }) {
  const { id, summary, actor, createdAt, reason, approvals } = review;
  return (
    <li className="border-b border-line">
      <Link
        to="/projects/$project/reviews/$review"
        params={{ project, review: id }}
        className="flex min-h-16 flex-wrap items-center gap-x-4 gap-y-1 py-3 hover:bg-surface"
      >
        <span className="min-w-0 flex-1 basis-64">
          <span className="block font-semibold break-words">{summary.join(" ")}</span>
          <span className="text-small text-quiet">
            {actor.name}, <Time at={createdAt} />
            {reason !== null && ` · ${reason}`}
          </span>
        </span>
        <Tag>
          {approvals.length === 0 ? "Not approved yet" : `Approved by ${approvals.map(({ actor: by }) => by.name).join(", ")}`}
        </Tag>
      </Link>
    </li>
  );
}
