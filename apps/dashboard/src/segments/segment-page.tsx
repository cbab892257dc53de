/** One segment: who is in it in each environment, and everything that asks for it. */

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import type { EnvironmentView, ProjectView, SegmentUse, SegmentView } from "@dimmer/protocol";
import { useChange } from "../flags/use-change.ts";
import { useMay } from "../session/session.ts";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Page, Problem, Section, Waiting } from "../ui/page.tsx";
import { saySegment, sayUse } from "./say-segment.ts";
import { SegmentForm } from "./segment-form.tsx";
import { segmentQuery, segmentUsesQuery } from "./segment-queries.ts";

export function SegmentPage() {
  const { project, environment } = useEnvironmentPlace();
  const { segment: key } = useParams({ from: "/inside/projects/$project/segments/$segment" });
  const segment = useQuery(segmentQuery(project.key, key));
  if (segment.data === undefined || segment.isError) {
    return (
      <Page title={key}>
        {segment.isError ? <Problem error={segment.error} onRetry={() => void segment.refetch()} /> : <Waiting rows={6} />}
      </Page>
    );
  }
  return <Loaded project={project} environment={environment} segment={segment.data} />;
}

interface LoadedProps {
  readonly project: ProjectView;
  readonly environment: EnvironmentView;
  readonly segment: SegmentView;
}

function Loaded({ project, environment, segment }: LoadedProps) {
  const { key, definition, environments } = segment;
  const { edit = false } = useSearch({ from: "/inside/projects/$project/segments/$segment" });
  const navigate = useNavigate({ from: "/projects/$project/segments/$segment" });
  const mayEdit = useMay("segment.edit", project.key, environment.key);
  const uses = useQuery(segmentUsesQuery(project.key));
  const own = uses.data?.filter((use) => use.segment === key);
  const config = definition.environments?.[environment.key];
  const others = project.environments.filter((other) => other.key !== environment.key);
  const setEdit = (isEditing: boolean) =>
    void navigate({ search: (search) => ({ ...search, edit: isEditing ? true : undefined }), replace: true });
  return (
    <Page
      title={key}
      lead={definition.description ?? "A segment without a description."}
      acts={mayEdit && <RemoveSegment project={project.key} segment={segment} uses={own ?? []} />}
    >
      <Section
        title={`Who is in it in ${environment.name}`}
        acts={
          mayEdit && !edit ? (
            <Button onClick={() => setEdit(true)}>{config === undefined ? "Set it up" : "Edit"}</Button>
          ) : undefined
        }
      >
        <p>{saySegment(config)}</p>
        {edit && mayEdit ? (
          <SegmentForm
            // A draft belongs to one environment.
            key={environment.key}
            project={project.key}
            segment={key}
            environment={environment}
            config={config}
            revision={environments[environment.key] ?? 0}
            onDone={() => setEdit(false)}
          />
        ) : (
          config !== undefined && (
            <div className="grid gap-6 sm:grid-cols-2">
              <KeyList title="Always in it" keys={config.include ?? []} />
              <KeyList title="Never in it" keys={config.exclude ?? []} />
            </div>
          )
        )}
      </Section>
      <Section title="Who asks for it">
        {uses.isError && <Problem error={uses.error} onRetry={() => void uses.refetch()} />}
        {own?.length === 0 && <p className="text-quiet">Nothing yet. A rule asks for it with “in segment {key}”.</p>}
        <ul className="flex flex-col gap-1">
          {own?.map((use) => (
            <Use key={JSON.stringify(use)} project={project.key} use={use} />
          ))}
        </ul>
      </Section>
      {others.length > 0 && (
        <Section title="Elsewhere">
          <dl className="flex flex-col gap-2">
            {others.map((other) => (
              <div key={other.key} className="grid gap-x-4 sm:grid-cols-[10rem_1fr]">
                <dt className="font-semibold">{other.name}</dt>
                <dd className="text-quiet">{saySegment(definition.environments?.[other.key])}</dd>
              </div>
            ))}
          </dl>
        </Section>
      )}
    </Page>
  );
}

function Use({ project, use }: { readonly project: string; readonly use: SegmentUse }) {
  const look = "font-semibold underline-offset-4 hover:underline";
  return (
    <li>
      {use.by === "flag" ? (
        <Link to="/projects/$project/flags/$flag" params={{ project, flag: use.key }} className={look}>
          {use.key}
        </Link>
      ) : (
        <Link to="/projects/$project/segments/$segment" params={{ project, segment: use.key }} className={look}>
          segment {use.key}
        </Link>
      )}
      <span className="text-quiet">: {sayUse(use)}</span>
    </li>
  );
}

/** People shown of a list; the rest are counted. */
const SHOWN = 60;

function KeyList({ title, keys }: { readonly title: string; readonly keys: readonly string[] }) {
  const [isWhole, setWhole] = useState(false);
  if (keys.length === 0) return null;
  const shown = isWhole ? keys : keys.slice(0, SHOWN);
  return (
    <div>
      <h3 className="figures text-small font-semibold">
        {title}: {keys.length.toLocaleString("en")}
      </h3>
      <ul className="mt-2 flex flex-wrap gap-1.5">
        {shown.map((key) => (
          <li key={key} className="max-w-full truncate rounded-full border border-line px-2.5 font-mono text-small" title={key}>
            {key}
          </li>
        ))}
      </ul>
      {keys.length > shown.length && (
        <Button look="bare" className="mt-1" onClick={() => setWhole(true)}>
          Show {(keys.length - shown.length).toLocaleString("en")} more
        </Button>
      )}
    </div>
  );
}

function RemoveSegment({
  project,
  segment,
  uses,
}: {
  readonly project: string;
  readonly segment: SegmentView;
  readonly uses: readonly SegmentUse[];
}) {
  const change = useChange(project);
  const navigate = useNavigate();
  const [isRefused, setRefused] = useState(false);
  const remove = () => {
    if (uses.length > 0) return setRefused(true);
    return change.mutate(
      { operations: [{ kind: "remove-segment", segment: segment.key }], done: `${segment.key} is removed` },
      { onSuccess: () => void navigate({ to: "/projects/$project/segments", params: { project } }) },
    );
  };
  return (
    <>
      <Button look="danger" icon={<Trash2 size={17} />} isBusy={change.isPending} onClick={remove}>
        Remove
      </Button>
      <Dialog
        title={`${segment.key} is still asked for`}
        about="Take it out of these first; then it can go. Nothing was changed."
        isOpen={isRefused}
        onClose={() => setRefused(false)}
      >
        <ul className="flex flex-col gap-1">
          {uses.map((use) => (
            <Use key={JSON.stringify(use)} project={project} use={use} />
          ))}
        </ul>
      </Dialog>
    </>
  );
}
