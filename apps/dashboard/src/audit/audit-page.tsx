/** The audit log of the project: every act, sealed row by row, to be proven, searched and taken along. */

import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Download, ShieldCheck } from "lucide-react";
import { useState } from "react";
import type { AuditRow } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import type { AuditFilter } from "../routes.tsx";
import { usePlace } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { CompactSelect } from "../ui/field.tsx";
import { Menu } from "../ui/menu.tsx";
import { Page, Problem, Waiting } from "../ui/page.tsx";
import { StatusLight } from "../ui/status-light.tsx";
import { Time } from "../ui/time.tsx";
import { say } from "../ui/toast.tsx";
import { auditQuery, chainOf, EXPORT_ROWS, readWholeAudit } from "./audit-queries.ts";
import { sayAction, sayVerdict, writeCsv } from "./say-audit.ts";

export function AuditPage() {
  const { project } = usePlace();
  const audit = useInfiniteQuery(auditQuery(project.key));
  const filter = useSearch({ from: "/inside/projects/$project/audit" });
  const rows = audit.data?.pages.flatMap(({ items }) => items) ?? [];
  const shown = rows.filter((row) => isWanted(row, filter));
  return (
    <Page title="Audit log" lead="Who did what, in rows that seal each other." acts={<Export project={project.key} />}>
      <Verdict project={project.key} />
      <Filters rows={rows} filter={filter} shown={shown.length} hasMore={audit.hasNextPage} />
      {audit.isError && <Problem error={audit.error} onRetry={() => void audit.refetch()} />}
      {audit.isPending && <Waiting rows={8} />}
      <ol className="-mt-4">
        {shown.map((row) => (
          <Row key={row.sequence} row={row} />
        ))}
      </ol>
      {audit.hasNextPage && (
        <div>
          <Button isBusy={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
            Show older rows
          </Button>
        </div>
      )}
    </Page>
  );
}

function isWanted({ action, actor, details }: AuditRow, filter: AuditFilter): boolean {
  const text = `${action} ${actor?.name ?? ""} ${JSON.stringify(details)}`.toLowerCase();
  return (
    (filter.action === undefined || action === filter.action) &&
    (filter.who === undefined || actor?.id === filter.who) &&
    (filter.q === undefined || text.includes(filter.q.toLowerCase()))
  );
}

interface FiltersProps {
  readonly rows: readonly AuditRow[];
  readonly filter: AuditFilter;
  readonly shown: number;
  readonly hasMore: boolean;
}

function Filters({ rows, filter, shown, hasMore }: FiltersProps) {
  const navigate = useNavigate({ from: "/projects/$project/audit" });
  const set = (name: keyof AuditFilter) => (value: string) =>
    void navigate({
      search: (search) => ({ ...search, [name]: value === "" ? undefined : value }),
      replace: true,
      resetScroll: false,
    });
  const people = new Map(rows.flatMap(({ actor }) => (actor === null ? [] : [[actor.id, actor.name] as const])));
  const actions = [...new Set(rows.map(({ action }) => action))].sort();
  const loaded = `${hasMore ? "the newest " : ""}${rows.length.toLocaleString("en")} rows`;
  return (
    <div role="search" className="flex flex-wrap items-center gap-2">
      <input
        type="search"
        aria-label="Search rows"
        placeholder="Search ( / )"
        value={filter.q ?? ""}
        onChange={({ target }) => set("q")(target.value)}
        className="h-9 min-w-52 flex-1 rounded-control border border-line bg-surface px-3 placeholder:text-faint hover:border-line-strong"
      />
      <CompactSelect
        label="Act"
        value={filter.action ?? ""}
        onChange={({ target }) => set("action")(target.value)}
        choices={[
          { value: "", label: "Any act" },
          ...actions.map((action) => ({ value: action, label: sayAction({ action, details: null }) })),
        ]}
      />
      <CompactSelect
        label="By whom"
        value={filter.who ?? ""}
        onChange={({ target }) => set("who")(target.value)}
        choices={[{ value: "", label: "By anybody" }, ...[...people].map(([value, label]) => ({ value, label }))]}
      />
      <p role="status" className="figures w-full text-small text-quiet sm:w-auto">
        {shown === rows.length ? loaded : `${shown.toLocaleString("en")} of ${loaded}`}
      </p>
    </div>
  );
}

function Row({ row }: { readonly row: AuditRow }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li className="border-b border-line py-2.5">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-1">
        <span className="figures w-10 shrink-0 text-small leading-6 text-faint">{row.sequence}</span>
        <div className="min-w-0 flex-1 basis-40">
          <p className={classNames("break-words", !isOpen && "line-clamp-3")}>{sayAction(row)}</p>
          <p className="text-small text-quiet">
            {row.actor?.name ?? "Somebody who was erased"}, <Time at={row.at} />
          </p>
        </div>
        <Button look="bare" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Hide" : "Details"}
        </Button>
      </div>
      {isOpen && (
        <pre className="mt-2 overflow-x-auto rounded-control border border-line bg-surface p-3 font-mono text-small">
          {JSON.stringify(row, undefined, 2)}
        </pre>
      )}
    </li>
  );
}

function Verdict({ project }: { readonly project: string }) {
  const verify = useMutation({ mutationFn: () => management.verifyAudit(chainOf(project)) });
  const [verdict] = verify.data ?? [];
  const isGood = verdict?.ok === true;
  return (
    <div className="flex min-h-16 flex-wrap items-center gap-4 rounded-control border border-line bg-surface px-5 py-3">
      <StatusLight status={verdict === undefined ? "unknown" : isGood ? "healthy" : "danger"} isLarge />
      <p role="status" className="min-w-0 flex-1 basis-60">
        {verify.isError ? (
          <span className="text-danger">{messageOf(verify.error).about}</span>
        ) : verdict === undefined ? (
          "Not proven now: the proof reads every row and checks the seals between them."
        ) : (
          sayVerdict(verdict)
        )}
      </p>
      <Button icon={<ShieldCheck size={17} />} isBusy={verify.isPending} onClick={() => verify.mutate()}>
        {verdict === undefined ? "Prove it" : "Prove it again"}
      </Button>
    </div>
  );
}

function Export({ project }: { readonly project: string }) {
  const [rows, setRows] = useState<number>();
  const take = async (kind: "csv" | "json") => {
    setRows(0);
    try {
      const all = await readWholeAudit(project, setRows);
      const text = kind === "csv" ? writeCsv(all) : JSON.stringify(all, undefined, 2);
      download(`audit-${project}.${kind}`, kind === "csv" ? "text/csv" : "application/json", text);
      if (all.length >= EXPORT_ROWS)
        say({
          title: `The newest ${EXPORT_ROWS.toLocaleString("en")} rows`,
          about: "The rest comes from the API, page by page.",
        });
    } catch (error) {
      say({ ...messageOf(error), isProblem: true });
    } finally {
      setRows(undefined);
    }
  };
  return (
    <Menu
      trigger={
        <Button icon={<Download size={17} />} isBusy={rows !== undefined}>
          {rows === undefined ? "Export" : `${rows.toLocaleString("en")} rows`}
        </Button>
      }
      entries={[
        { label: "As a table (CSV)", onSelect: () => void take("csv") },
        { label: "As JSON", onSelect: () => void take("json") },
      ]}
    />
  );
}

function download(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
