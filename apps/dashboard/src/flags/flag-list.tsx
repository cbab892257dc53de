/** The list of flags: thousands of rows, of which only those in sight exist. */

import { Link } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState } from "react";
import type { FlagSummary } from "@dimmer/protocol";
import { useTurning } from "../rollouts/use-turning.ts";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { Lamp } from "../ui/lamp.tsx";
import { Tag } from "../ui/tag.tsx";
import { Time } from "../ui/time.tsx";

const ROW = 64;

export interface FlagListProps {
  readonly flags: readonly FlagSummary[];
  readonly project: string;
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
}

export function FlagList({ flags, project, chosen, onChoose }: FlagListProps) {
  const place = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(place.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({ count: flags.length, estimateSize: () => ROW, overscan: 12, scrollMargin: top });
  const { environment } = useEnvironmentPlace();
  const turning = useTurning(project, environment.key);
  const choose = (flag: string, isChosen: boolean) => {
    const next = new Set(chosen);
    if (isChosen) next.add(flag);
    else next.delete(flag);
    onChoose(next);
  };
  if (flags.length === 0) return <p className="py-8 text-quiet">No flag is like that. Take a filter away.</p>;
  return (
    <div
      ref={place}
      role="list"
      aria-label="Flags"
      className="relative border-t border-line"
      style={{ height: rows.getTotalSize() }}
    >
      {rows.getVirtualItems().map(({ index, start }) => {
        const flag = flags[index];
        return flag === undefined ? null : (
          <FlagRow
            key={flag.key}
            flag={flag}
            project={project}
            offset={start - top}
            isTurning={turning.has(flag.key)}
            isChosen={chosen.has(flag.key)}
            onChoose={(isChosen) => choose(flag.key, isChosen)}
          />
        );
      })}
    </div>
  );
}

interface FlagRowProps {
  readonly flag: FlagSummary;
  readonly project: string;
  readonly offset: number;
  readonly isTurning: boolean;
  readonly isChosen: boolean;
  readonly onChoose: (isChosen: boolean) => void;
}

function FlagRow({ flag, project, offset, isTurning, isChosen, onChoose }: FlagRowProps) {
  return (
    <div
      role="listitem"
      className="absolute inset-x-0 flex h-16 items-center gap-3 border-b border-line hover:bg-surface"
      style={{ transform: `translateY(${offset}px)` }}
    >
      <input
        type="checkbox"
        aria-label={`Choose ${flag.key}`}
        checked={isChosen}
        onChange={({ target }) => onChoose(target.checked)}
        className="ml-1 size-4 shrink-0 accent-[var(--light)]"
      />
      <Link
        to="/projects/$project/flags/$flag"
        params={{ project, flag: flag.key }}
        className="flex h-full min-w-0 flex-1 items-center gap-4 pr-2"
      >
        <Lamp brightness={flag.brightness} state={flag.archived ? "absent" : flag.state} size={20} isTurning={isTurning} />
        <span className="min-w-0 flex-1">
          <span className="flex items-center gap-2">
            <span className="truncate font-semibold">{flag.key}</span>
            {flag.state === "killed" && <Tag look="danger">Off</Tag>}
            {isTurning && <Tag look="light">Rollout</Tag>}
            {flag.hasDraft && <Tag look="light">Draft</Tag>}
            {flag.file !== null && <Tag>From a file</Tag>}
          </span>
          <span className="block truncate text-small text-quiet">{sayRow(flag)}</span>
        </span>
        <span className="hidden w-36 shrink-0 truncate text-small text-quiet md:block">{flag.owner}</span>
        <span className="hidden w-28 shrink-0 text-right text-small text-faint lg:block">
          <Time at={flag.updatedAt} />
        </span>
      </Link>
    </div>
  );
}

function sayRow({ archived, state, serving }: FlagSummary): string {
  if (archived) return "Archived: nobody is asked any more.";
  if (state === "absent") return "Not set up in this environment.";
  return serving.join("; ");
}
