/** All segments: who is in each here, and how much asks for it. */

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { checkSegmentKey } from "@dimmer/evaluation";
import { useChange } from "../flags/use-change.ts";
import { useMay } from "../session/session.ts";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { Empty, Page, Problem, Waiting } from "../ui/page.tsx";
import { saySegment } from "./say-segment.ts";
import { segmentsQuery, segmentUsesQuery } from "./segment-queries.ts";

export function SegmentsPage() {
  const { project, environment } = useEnvironmentPlace();
  const segments = useQuery(segmentsQuery(project.key));
  const { data: uses } = useQuery(segmentUsesQuery(project.key));
  const [isCreating, setCreating] = useState(false);
  const [asked, setAsked] = useState("");
  const mayEdit = useMay("segment.edit", project.key, null);
  const create = mayEdit ? (
    <Button look="primary" icon={<Plus size={17} />} onClick={() => setCreating(true)}>
      New segment
    </Button>
  ) : undefined;
  const all = segments.data ?? [];
  const found = all.filter(({ key, definition }) => `${key} ${definition.description ?? ""}`.toLowerCase().includes(asked));
  return (
    <Page title="Segments" lead={`Groups of people that rules ask for. Who is in them in ${environment.name}.`} acts={create}>
      {segments.isError && <Problem error={segments.error} onRetry={() => void segments.refetch()} />}
      {segments.isPending && <Waiting rows={6} />}
      {segments.isSuccess && all.length === 0 && (
        <Empty title="No segment yet" act={create}>
          A segment names a group once, by a list of people or a condition, and any rule can ask for it: your own staff, beta
          testers, customers of the old plan.
        </Empty>
      )}
      {all.length > 0 && (
        <div className="flex flex-col gap-4">
          <input
            type="search"
            aria-label="Search segments"
            placeholder="Search ( / )"
            value={asked}
            onChange={({ target }) => setAsked(target.value.toLowerCase())}
            className="h-9 rounded-control border border-line bg-surface px-3 placeholder:text-faint hover:border-line-strong sm:max-w-sm"
          />
          <ul className="border-t border-line">
            {found.map(({ key, definition }) => (
              <li key={key} className="border-b border-line hover:bg-surface">
                <Link
                  to="/projects/$project/segments/$segment"
                  params={{ project: project.key, segment: key }}
                  className="flex flex-wrap items-center gap-x-4 gap-y-1 px-1 py-3"
                >
                  <span className="min-w-0 flex-1 basis-64">
                    <span className="block truncate font-semibold">{key}</span>
                    <span className="block text-small text-quiet">{saySegment(definition.environments?.[environment.key])}</span>
                  </span>
                  <span className="figures shrink-0 text-small text-quiet">
                    {uses === undefined
                      ? ""
                      : sayCount(new Set(uses.filter(({ segment }) => segment === key).map((use) => use.key)).size)}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
          {found.length === 0 && <p className="text-quiet">No segment is called that.</p>}
        </div>
      )}
      {isCreating && <NewSegment project={project.key} onClose={() => setCreating(false)} />}
    </Page>
  );
}

const sayCount = (count: number): string => (count === 0 ? "Nothing asks for it" : `Asked for by ${count}`);

function NewSegment({ project, onClose }: { readonly project: string; readonly onClose: () => void }) {
  const change = useChange(project);
  const navigate = useNavigate();
  const [problem, setProblem] = useState<string>();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { key = "", description = "" } = fieldsOf(event.currentTarget);
    const issue = checkSegmentKey(key);
    setProblem(issue === undefined ? undefined : `${issue.message} ${issue.mend}`);
    if (issue !== undefined) return;
    const definition = description.trim() === "" ? {} : { description: description.trim() };
    change.mutate(
      { operations: [{ kind: "create-segment", segment: key, definition }], done: `${key} is there, with nobody in it yet` },
      {
        onSuccess: () =>
          void navigate({
            to: "/projects/$project/segments/$segment",
            params: { project, segment: key },
            search: { edit: true },
          }),
      },
    );
  };
  return (
    <Dialog title="New segment" about="You say who is in it on its page, for each environment." isOpen onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-2">
        <TextField
          label="Key"
          name="key"
          required
          autoFocus
          spellCheck={false}
          autoComplete="off"
          placeholder="beta-testers"
          className="font-mono"
          hint="How rules name it; it stays as it is."
          problem={problem}
        />
        <TextField label="Who they are" name="description" placeholder="People who asked to try what is new" maxLength={2_000} />
        <Button look="primary" type="submit" isBusy={change.isPending}>
          Create segment
        </Button>
      </form>
    </Dialog>
  );
}
