/** One run: who answered and why, what happened in which order, and what was made of the answer. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, CircleX, MessageSquare, Scale, ThumbsDown, ThumbsUp } from "lucide-react";
import type { ReactNode } from "react";
import { sayMilliseconds, variantsOf } from "@dimmer/evaluation";
import type { StoredEvent } from "@dimmer/protocol";
import { flagQuery } from "../flags/flag-queries.ts";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { classNames } from "../ui/class-names.ts";
import { CopyButton } from "../ui/copyable.tsx";
import { Section } from "../ui/page.tsx";
import { Time } from "../ui/time.tsx";
import { variantColour } from "../ui/variant-colour.ts";
import { personLink } from "./person-link.ts";
import { sortEvents, summariseRun } from "./read-run.ts";
import { sayEvent, sayJudgement, sayOutcome, sayServed, sayTotal } from "./say-run.ts";

export interface OneRunProps {
  readonly run: string;
  readonly events: readonly StoredEvent[];
}

export function OneRun({ run, events }: OneRunProps) {
  const { project, environment } = useEnvironmentPlace();
  const summary = summariseRun(run, events);
  const { served } = summary;
  const flag = useQuery({ ...flagQuery(project.key, served?.flag ?? ""), enabled: served !== undefined, retry: false });
  const rules = flag.data?.environments[environment.key]?.config.rules ?? [];
  const nameOfRule = (id: string) => `“${rules.find((rule) => rule.id === id)?.name ?? id}”`;
  const variants = flag.data === undefined ? [] : Object.keys(variantsOf(flag.data.definition));
  const inOrder = sortEvents(events);
  const judged = inOrder.filter((event) => event.kind === "feedback" || event.kind === "score");
  const task = inOrder.filter((event) => event.kind === "task").at(-1);
  const { missingTools = [] } = summary.end ?? {};
  return (
    <div className="flex flex-col gap-8">
      <div className="flex flex-col gap-2">
        <h2 className="flex items-baseline gap-3 text-large font-semibold tracking-tight">
          {served !== undefined && (
            <span
              aria-hidden
              className="size-3.5 shrink-0 rounded-full"
              style={{ background: variantColour(variants, summary.end?.served?.variant ?? served.variant) }}
            />
          )}
          <span className="min-w-0 break-words">{sayOutcome(summary)}</span>
        </h2>
        {served !== undefined && (
          <p className="break-words">
            {sayServed(served, nameOfRule)}.{" "}
            <Link
              to="/projects/$project/flags/$flag"
              params={{ project: project.key, flag: served.flag }}
              className="font-semibold underline underline-offset-4"
            >
              To {served.flag}
            </Link>
          </p>
        )}
        {missingTools.length > 0 && (
          <p className="text-danger">The app lacks {missingTools.join(", ")}, which the config names.</p>
        )}
        {task !== undefined && (
          <p className="text-quiet">
            Its task {task.success ? "succeeded" : "failed"}
            {task.durationMs === undefined ? "" : `, in ${sayMilliseconds(task.durationMs)}`}.
          </p>
        )}
      </div>
      <Facts run={run} events={inOrder} cost={sayTotal(summary.cost)} />
      <Section title="What happened">
        <Happenings events={inOrder} variants={variants} />
      </Section>
      <Section title="What was made of it">
        {judged.length === 0 ? (
          <p className="text-quiet">
            Nobody has said anything of it yet. What people say in the page comes here by the run’s token.
          </p>
        ) : (
          <ul className="flex flex-col">
            {judged.map((event) => (
              <li key={event.id} className="flex items-start gap-3 border-b border-line py-2.5">
                <JudgementIcon event={event} />
                <span className="min-w-0 flex-1 break-words whitespace-pre-wrap">{sayJudgement(event)}</span>
                <span className="text-small text-quiet">
                  {event.source === "browser" ? "in the page, " : ""}
                  <Time at={new Date(event.at).toISOString()} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  );
}

function Facts({ run, events, cost }: { readonly run: string; readonly events: readonly StoredEvent[]; readonly cost: string }) {
  const { project } = useEnvironmentPlace();
  const [first] = events;
  const told = <K extends "targetingKey" | "task" | "conversation">(name: K) =>
    events.find((event) => event[name] !== undefined)?.[name];
  const [person, task, conversation] = [told("targetingKey"), told("task"), told("conversation")];
  return (
    <dl className="grid grid-cols-[repeat(2,minmax(0,1fr))] gap-x-8 gap-y-3 lg:grid-cols-[repeat(4,minmax(0,1fr))]">
      <Fact name="Run">
        <span className="flex items-center">
          <span className="truncate font-mono text-small">{run}</span>
          <CopyButton text={run} what="the run’s id" />
        </span>
      </Fact>
      {first !== undefined && (
        <Fact name="When">
          <Time at={new Date(first.at).toISOString()} />
        </Fact>
      )}
      <Fact name="Cost">{cost}</Fact>
      {person !== undefined && (
        <Fact name="For">
          <Link
            to="/projects/$project/runs"
            params={{ project: project.key }}
            search={(before) => ({ ...before, run: undefined, flag: undefined })}
            hash={personLink(person)}
            className="font-mono text-small break-all underline underline-offset-4"
          >
            {person}
          </Link>
        </Fact>
      )}
      {task !== undefined && (
        <Fact name="Task">
          <span className="font-mono text-small break-all">{task}</span>
        </Fact>
      )}
      {conversation !== undefined && (
        <Fact name="Conversation">
          <span className="font-mono text-small break-all">{conversation}</span>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col">
      <dt className="text-small text-quiet">{name}</dt>
      <dd className="figures flex min-h-9 min-w-0 items-center">{children}</dd>
    </div>
  );
}

function Happenings({ events, variants }: { readonly events: readonly StoredEvent[]; readonly variants: readonly string[] }) {
  const rows = events.flatMap((event) => {
    const said = sayEvent(event);
    return said === undefined ? [] : [{ event, said, durationMs: "durationMs" in event ? event.durationMs : undefined }];
  });
  const longest = Math.max(1, ...rows.map(({ durationMs = 0 }) => durationMs));
  if (rows.length === 0) return <p className="text-quiet">No model was called: the answer was ready.</p>;
  return (
    <ol className="-mt-4 flex flex-col">
      {rows.map(({ event, said, durationMs }) => (
        <li key={event.id} className="grid gap-x-6 gap-y-1 border-b border-line py-3 sm:grid-cols-[minmax(0,1fr)_14rem]">
          <div className="flex min-w-0 gap-3">
            {said.isFailed ? (
              <CircleX size={16} aria-label="Failed" className="mt-1 shrink-0 text-danger" />
            ) : (
              <Check size={16} aria-hidden className="mt-1 shrink-0 text-faint" />
            )}
            <div className="min-w-0">
              <p className={classNames("break-words", event.kind === "generation" && "font-semibold")}>
                {said.text}
                {event.kind === "generation" && event.served !== undefined && (
                  <span className="font-normal text-quiet"> for {event.served.variant}</span>
                )}
              </p>
              {said.details.length > 0 && <p className="figures text-small break-words text-quiet">{said.details.join(" · ")}</p>}
            </div>
          </div>
          {durationMs !== undefined && (
            <div className="flex items-center gap-2 max-sm:pl-7">
              <span aria-hidden className="h-1.5 flex-1 overflow-hidden rounded-full bg-line">
                <span
                  className="block h-full rounded-full"
                  style={{
                    width: `${Math.max(1, (durationMs / longest) * 100)}%`,
                    background: said.isFailed
                      ? "var(--danger)"
                      : event.kind === "generation" && event.served !== undefined
                        ? variantColour(variants, event.served.variant)
                        : "var(--line-strong)",
                  }}
                />
              </span>
              <span className="figures w-16 text-right text-small text-quiet">{sayMilliseconds(durationMs)}</span>
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}

function JudgementIcon({ event }: { readonly event: StoredEvent }) {
  const looks = { size: 16, "aria-hidden": true, className: "mt-1 shrink-0 text-faint" } as const;
  if (event.kind === "score") return <Scale {...looks} />;
  if (event.kind !== "feedback" || event.name !== "thumbs") return <MessageSquare {...looks} />;
  return event.value === 0 ? <ThumbsDown {...looks} /> : <ThumbsUp {...looks} />;
}
