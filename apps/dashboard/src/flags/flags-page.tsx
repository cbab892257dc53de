/** All flags of an environment: found in a moment, and what each serves now in words. */

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import type { FlagSummary } from "@dimmer/protocol";
import type { FlagFilter } from "../routes.tsx";
import { UnpricedNote } from "../prices/unpriced-note.tsx";
import { useMay } from "../session/session.ts";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { CompactSelect } from "../ui/field.tsx";
import { Empty, Page, Problem, Waiting } from "../ui/page.tsx";
import { useToday } from "../ui/use-now.ts";
import { FlagList } from "./flag-list.tsx";
import { summariesQuery } from "./flag-queries.ts";
import { filterFlags, FLAG_STATES } from "./filter-flags.ts";
import { PURPOSES } from "./purposes.ts";

/** Only for whoever creates a flag, or chooses some. */
const NewFlagDialog = lazy(async () => ({ default: (await import("./new-flag-dialog.tsx")).NewFlagDialog }));
const BulkBar = lazy(async () => ({ default: (await import("./bulk-bar.tsx")).BulkBar }));

export function FlagsPage() {
  const { project, environment } = useEnvironmentPlace();
  const filter = useSearch({ from: "/inside/projects/$project/flags" });
  const flags = useQuery(summariesQuery(project.key, environment.key));
  const [isCreating, setCreating] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const mayCreate = useMay("flag.edit", project.key, environment.key);
  const today = useToday();
  const all = flags.data ?? NONE;
  const shown = useMemo(() => filterFlags(all, filter, today), [all, filter, today]);
  const create = mayCreate ? (
    <Button look="primary" icon={<Plus size={17} />} onClick={() => setCreating(true)}>
      New flag
    </Button>
  ) : undefined;
  return (
    <Page title="Flags" lead={`What ${environment.name} serves now.`} acts={create}>
      <UnpricedNote project={project.key} isOurs={({ environment: one }) => one === environment.key} />
      {flags.isError && <Problem error={flags.error} onRetry={() => void flags.refetch()} />}
      {flags.isPending && <Waiting rows={8} />}
      {flags.isSuccess && all.length === 0 && (
        <Empty title="No flag yet" act={create}>
          A flag decides what people get: which model, which prompt, on or off. Make one, put it into your code on the page
          Connect, and turn it up from 1 % while you watch.
        </Empty>
      )}
      {all.length > 0 && (
        <div className="flex flex-col gap-4">
          <Filters flags={all} filter={filter} found={shown.length} />
          <FlagList flags={shown} project={project.key} chosen={chosen} onChoose={setChosen} />
        </div>
      )}
      <Suspense>
        {chosen.size > 0 && (
          <BulkBar
            project={project.key}
            environment={environment}
            chosen={chosen}
            shown={shown}
            onChoose={setChosen}
            onDone={() => setChosen(new Set())}
          />
        )}
        {isCreating && <NewFlagDialog project={project} onClose={() => setCreating(false)} />}
      </Suspense>
    </Page>
  );
}

const NONE: readonly FlagSummary[] = [];

/** As wide for every choice; two a row where the page is narrow. */
const FILTER = "w-[calc(50%-0.25rem)] truncate sm:w-40";

function Filters({
  flags,
  filter,
  found,
}: {
  readonly flags: readonly FlagSummary[];
  readonly filter: FlagFilter;
  readonly found: number;
}) {
  const navigate = useNavigate({ from: "/projects/$project/flags" });
  const set = (name: keyof FlagFilter) => (value: string) =>
    void navigate({
      search: (search) => ({ ...search, [name]: value === "" ? undefined : value }),
      replace: true,
      resetScroll: false,
    });
  const any = (label: string, values: readonly string[]) => [
    { value: "", label },
    ...[...new Set(values)].sort().map((value) => ({ value, label: value })),
  ];
  return (
    <div role="search" className="flex flex-wrap items-center gap-2">
      <input
        type="search"
        aria-label="Search flags"
        placeholder="Search ( / )"
        value={filter.q ?? ""}
        onChange={({ target }) => set("q")(target.value)}
        className="h-9 min-w-52 flex-1 rounded-control border border-line bg-surface px-3 placeholder:text-faint hover:border-line-strong"
      />
      <CompactSelect
        label="Purpose"
        className={FILTER}
        value={filter.purpose ?? ""}
        onChange={({ target }) => set("purpose")(target.value)}
        choices={[{ value: "", label: "Any purpose" }, ...PURPOSES.map(({ value, label }) => ({ value, label }))]}
      />
      <CompactSelect
        label="Owner"
        className={FILTER}
        value={filter.owner ?? ""}
        onChange={({ target }) => set("owner")(target.value)}
        choices={any(
          "Any owner",
          flags.map(({ owner }) => owner),
        )}
      />
      <CompactSelect
        label="Tag"
        className={FILTER}
        value={filter.tag ?? ""}
        onChange={({ target }) => set("tag")(target.value)}
        choices={any(
          "Any tag",
          flags.flatMap(({ tags }) => tags),
        )}
      />
      <CompactSelect
        label="State"
        className={FILTER}
        value={filter.state ?? ""}
        onChange={({ target }) => set("state")(target.value)}
        choices={[{ value: "", label: "In use" }, ...FLAG_STATES.map(({ value, label }) => ({ value, label }))]}
      />
      <p role="status" className="figures w-full text-small text-quiet sm:w-auto">
        {found === flags.length ? `${found} flags` : `${found} of ${flags.length}`}
      </p>
    </div>
  );
}
