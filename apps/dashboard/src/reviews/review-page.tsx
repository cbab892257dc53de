/** One change request: what it would do, to whom, what others said, and the word of whoever looks at it. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Check, Undo2, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { ChangeRequestDetails } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf, sayIssue } from "../api/messages.ts";
import { Effects } from "../flags/history.tsx";
import { describeMoves } from "../flags/shares.ts";
import { mayDo, sessionQuery } from "../session/session.ts";
import { usePlace } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { Page, Problem, Section, Waiting } from "../ui/page.tsx";
import { Tag } from "../ui/tag.tsx";
import { Time } from "../ui/time.tsx";
import { say } from "../ui/toast.tsx";
import { reviewQuery } from "./review-queries.ts";

export function ReviewPage() {
  const { project } = usePlace();
  const { review: id } = useParams({ from: "/inside/projects/$project/reviews/$review" });
  const review = useQuery(reviewQuery(project.key, id));
  if (review.isError) {
    return (
      <Page title="Review">
        <Problem error={review.error} onRetry={() => void review.refetch()} />
      </Page>
    );
  }
  if (review.data === undefined) {
    return (
      <Page title="Review">
        <Waiting />
      </Page>
    );
  }
  return <Loaded project={project.key} review={review.data} />;
}

function Loaded({ project, review }: { readonly project: string; readonly review: ChangeRequestDetails }) {
  const { actor, editor, createdAt, reason, summary, effects, moves, issues, comments, state } = review;
  return (
    <Page
      title="Review"
      lead={
        <span className="flex flex-wrap items-center gap-2">
          {actor.name}, <Time at={createdAt} />
          {editor.id !== actor.id && `, edited by ${editor.name}`}
          <Tag look={state === "rejected" ? "danger" : state === "pending" ? "light" : "plain"}>{SAID[state]}</Tag>
        </span>
      }
      acts={state === "pending" && <Acts project={project} review={review} />}
    >
      <div>
        {summary.map((sentence) => (
          <p key={sentence} className="break-words">
            {sentence}
          </p>
        ))}
        {reason !== null && <p className="text-quiet">{reason}</p>}
      </div>
      {issues.map((issue) => (
        <p
          key={issue.path + issue.message}
          role={issue.severity === "error" ? "alert" : undefined}
          className={
            issue.severity === "error" ? "rounded-control border border-danger bg-danger-soft px-4 py-3" : "text-light-ink"
          }
        >
          {sayIssue(issue)}
        </p>
      ))}
      <Section title="Who moves">
        {describeMoves(moves, undefined).map((sentence) => (
          <p key={sentence} className="figures">
            {sentence}
          </p>
        ))}
      </Section>
      <Section title="What changes">
        <Effects effects={effects} />
      </Section>
      <Section title="Words" about={sayApprovals(review)}>
        <ul className="flex flex-col gap-3">
          {comments.map(({ actor: by, at, text }) => (
            <li key={by.id + at}>
              <p className="text-small text-quiet">
                {by.name}, <Time at={at} />
              </p>
              <p className="break-words whitespace-pre-wrap">{text}</p>
            </li>
          ))}
        </ul>
        <CommentForm project={project} id={review.id} />
      </Section>
    </Page>
  );
}

const SAID = { pending: "Waiting", applied: "Applied", rejected: "Rejected", withdrawn: "Withdrawn" } as const;

function sayApprovals({ approvals, given, needed }: ChangeRequestDetails): string {
  const by = approvals.map(({ actor }) => actor.name).join(", ");
  const names = by === "" ? "" : ` (${by})`;
  return `${given} of ${needed} ${needed === 1 ? "approval" : "approvals"}${names}.`;
}

function Acts({ project, review }: { readonly project: string; readonly review: ChangeRequestDetails }) {
  const queries = useQueryClient();
  const { data: session } = useQuery(sessionQuery);
  const me = session?.person;
  const { environments } = review;
  const mayReview = (environments.length === 0 ? [null] : environments).every((one) => mayDo(me, "review", project, one));
  const act = useMutation({
    mutationFn: ({ send }: { readonly send: () => Promise<unknown>; readonly done: string }) => send(),
    onSuccess: (_answer, { done }) => say({ title: done }),
    onError: (error) => say({ ...messageOf(error), isProblem: true }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["project", project] }),
  });
  const { id } = review;
  const isMine = me?.id === review.editor.id;
  const isApprovedByMe = review.approvals.some(({ actor }) => actor.id === me?.id);
  const mayApply = isMine || mayReview || me?.id === review.actor.id;
  return (
    <>
      {isMine ? (
        <Button
          icon={<Undo2 size={16} />}
          onClick={() => act.mutate({ send: () => management.withdrawChangeRequest(project, id), done: "Withdrawn" })}
        >
          Withdraw
        </Button>
      ) : (
        <Button
          look="danger"
          icon={<X size={16} />}
          disabled={!mayReview}
          title={mayReview ? undefined : NO_RIGHT}
          onClick={() => act.mutate({ send: () => management.rejectChangeRequest(project, id), done: "Rejected" })}
        >
          Reject
        </Button>
      )}
      <Button
        look={review.isReady ? "quiet" : "primary"}
        icon={<Check size={16} />}
        disabled={!mayReview || isMine || isApprovedByMe}
        title={isMine ? "Whoever edited it last cannot approve it." : mayReview ? undefined : NO_RIGHT}
        isBusy={act.isPending}
        onClick={() => act.mutate({ send: () => management.approveChangeRequest(project, id, review), done: "Approved" })}
      >
        {isApprovedByMe ? "Approved" : "Approve"}
      </Button>
      <Button
        look={review.isReady ? "primary" : "quiet"}
        disabled={!review.isReady || !mayApply}
        title={
          !review.isReady
            ? "It takes its approvals first, and nothing in conflict with it."
            : mayApply
              ? undefined
              : "It is for whoever proposed it or may review it."
        }
        isBusy={act.isPending}
        onClick={() => act.mutate({ send: () => management.applyChangeRequest(project, id), done: "Applied" })}
      >
        Apply
      </Button>
    </>
  );
}

const NO_RIGHT = "Your role does not let you review here.";

function CommentForm({ project, id }: { readonly project: string; readonly id: string }) {
  const queries = useQueryClient();
  const [text, setText] = useState("");
  const comment = useMutation({
    mutationFn: () => management.commentChangeRequest(project, id, text),
    onSuccess: async () => {
      setText("");
      await queries.invalidateQueries({ queryKey: ["project", project, "review", id] });
    },
    onError: (error) => say({ ...messageOf(error), isProblem: true }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    comment.mutate();
  };
  return (
    <form onSubmit={submit} className="flex gap-2">
      <input
        aria-label="Say something"
        value={text}
        maxLength={2_000}
        required
        onChange={({ target }) => setText(target.value)}
        placeholder="Say something"
        className="h-9 min-w-0 flex-1 rounded-control border border-line bg-surface px-3 placeholder:text-faint hover:border-line-strong"
      />
      <Button type="submit" isBusy={comment.isPending}>
        Say it
      </Button>
    </form>
  );
}
