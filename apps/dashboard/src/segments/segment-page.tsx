/** One segment: who is in it in each environment, and everything that asks for it. */

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import type { EnvironmentView, ProjectView, SegmentUse, SegmentView } from "@dimmer/protocol";
import { useChange } from "../flags/use-change.ts";
import { useMay } from "../session/session.ts";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Page, Problem, Section, Waiting } from "../ui/page.tsx";
import { DescribeSegment } from "./describe-segment.tsx";
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

const NOT_YOURS = "Your role does not let you edit this segment here.";

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
  const mayEditAll = useMay("segment.edit", project.key, null);
  const uses = useQuery(segmentUsesQuery(project.key));
  const own = uses.data?.filter((use) => use.segment === key);
  const config = definition.environments?.[environment.key];
  const others = project.environments.filter((other) => other.key !== environment.key);
  const owned = segment.file === null ? undefined : `${segment.file.name} owns this: change it there, or release the segment.`;
  const obstacle = owned ?? (mayEdit ? undefined : NOT_YOURS);
  const setEdit = (isEditing: boolean) =>
    void navigate({ search: (search) => ({ ...search, edit: isEditing ? true : undefined }), replace: true });
  return (
    <Page
      title={key}
      lead={definition.description ?? "A segment without a description."}
      acts={
        mayEditAll && (
          <>
            <DescribeSegment project={project.key} segment={segment} obstacle={owned} />
            <RemoveSegment project={project.key} segment={segment} uses={own ?? []} obstacle={owned} />
          </>
        )
      }
    >
      <Section
        title={`Who is in it in ${environment.name}`}
        acts={
          <Button
            look="bare"
            icon={<Pencil size={15} />}
            aria-expanded={edit}
            disabled={obstacle !== undefined}
            title={obstacle}
            onClick={() => setEdit(!edit)}
          >
            {edit ? "Close" : config === undefined ? "Set it up" : "Edit"}
          </Button>
        }
      >
        <p>{saySegment(config)}</p>
        {edit && obstacle === undefined ? (
          <SegmentForm
            // A draft belongs to one environment.
            key={environment.key}
            project={project.key}
            segment={key}
            environment={environment}
            config={config}
            revision={environments[environment.key] ?? 0}
            uses={own ?? []}
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
      {segment.file !== null && <OwnedByFile project={project.key} segment={key} file={segment.file.name} mayEdit={mayEditAll} />}
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

interface OwnedByFileProps {
  readonly project: string;
  readonly segment: string;
  readonly file: string;
  readonly mayEdit: boolean;
}

/** A file that owns the segment lets it go from here; taking it back is the file's. */
function OwnedByFile({ project, segment, file, mayEdit }: OwnedByFileProps) {
  const change = useChange(project);
  return (
    <Section title="Owned by a file" about="Who is in it is edited there.">
      <p className="break-words">
        <span className="font-mono break-all">{file}</span> speaks for this segment.
      </p>
      <Button
        className="self-start"
        isBusy={change.isPending}
        disabled={!mayEdit}
        title={mayEdit ? undefined : NOT_YOURS}
        onClick={() =>
          change.mutate({ operations: [{ kind: "release-segment", segment }], done: `${segment} is edited here from now on` })
        }
      >
        Edit it here from now on
      </Button>
    </Section>
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

interface RemoveSegmentProps {
  readonly project: string;
  readonly segment: SegmentView;
  readonly uses: readonly SegmentUse[];
  readonly obstacle: string | undefined;
}

function RemoveSegment({ project, segment, uses, obstacle }: RemoveSegmentProps) {
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
      <Button
        look="danger"
        icon={<Trash2 size={17} />}
        isBusy={change.isPending}
        disabled={obstacle !== undefined}
        title={obstacle}
        onClick={remove}
      >
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
