/** The metrics of a project's own: how each is reckoned from what apps tell, and which way is good. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { MetricDefinition, MetricDefinitionView } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { useMay } from "../session/session.ts";
import { usePlace } from "../shell/projects-query.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Empty, Page, Problem, Waiting } from "../ui/page.tsx";
import { say } from "../ui/toast.tsx";
import { undoBy } from "../ui/undo.ts";
import { metricDefinitionsQuery } from "./metric-definition-queries.ts";
import { MetricDialog } from "./metric-dialog.tsx";
import { sayDefinition } from "./read-definition.ts";

export function MetricsPage() {
  const { project } = usePlace();
  const metrics = useQuery(metricDefinitionsQuery(project.key));
  const mayEdit = useMay("project.edit", project.key, null);
  const [edited, setEdited] = useState<MetricDefinitionView | "new">();
  const readAnew = useReadAnew(project.key);
  const define = useMutation({
    mutationFn: ({ name, definition }: { readonly name: string; readonly definition: MetricDefinition }) =>
      management.defineMetric(project.key, name, definition),
    onSuccess: async ({ name }) => {
      await readAnew();
      setEdited(undefined);
      say({ title: `${name} is defined`, about: "It stands on the page Measured of every flag." });
    },
  });
  const close = () => {
    define.reset();
    setEdited(undefined);
  };
  const all = metrics.data ?? [];
  const add = mayEdit && (
    <Button look="primary" icon={<Plus size={17} />} onClick={() => setEdited("new")}>
      Define a metric
    </Button>
  );
  return (
    <Page
      title="Metrics"
      lead="What you make of the events that your apps tell, for every flag and variant."
      acts={all.length > 0 && add}
    >
      {metrics.isError && <Problem error={metrics.error} onRetry={() => void metrics.refetch()} />}
      {metrics.isPending && <Waiting rows={4} />}
      {metrics.isSuccess && all.length === 0 && (
        <Empty title="No metric of your own yet" act={add}>
          Cost, speed and feedback are measured anyway. Say here what else counts: how many people bought, how large their basket
          was, how long an answer took. It is reckoned for each variant, from whatever your app told.
        </Empty>
      )}
      {all.length > 0 && (
        <ul className="border-t border-line">
          {all.map((metric) => (
            <Row key={metric.name} project={project.key} metric={metric} mayEdit={mayEdit} onEdit={() => setEdited(metric)} />
          ))}
        </ul>
      )}
      {edited !== undefined && (
        <MetricDialog
          metric={edited === "new" ? undefined : edited}
          taken={all.map(({ name }) => name)}
          isBusy={define.isPending}
          error={define.error}
          onDefine={define.mutate}
          onClose={close}
        />
      )}
    </Page>
  );
}

function useReadAnew(project: string): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: metricDefinitionsQuery(project).queryKey }),
      queries.invalidateQueries({ queryKey: ["metrics", project] }),
    ]);
  };
}

interface RowProps {
  readonly project: string;
  readonly metric: MetricDefinitionView;
  readonly mayEdit: boolean;
  readonly onEdit: () => void;
}

function Row({ project, metric, mayEdit, onEdit }: RowProps) {
  const readAnew = useReadAnew(project);
  const { name, createdAt: _createdAt, updatedAt: _updatedAt, ...definition } = metric;
  const undo = async () => {
    await undoBy(() => management.defineMetric(project, name, definition));
    await readAnew();
  };
  const remove = useMutation({
    mutationFn: () => management.removeMetricDefinition(project, name),
    onSuccess: async () => {
      await readAnew();
      say({ title: `${name} is removed`, about: "Its events stay.", act: { label: "Undo", run: () => void undo() } });
    },
    onError: (error) => say({ ...messageOf(error), isProblem: true }),
  });
  return (
    <li className="flex items-center gap-2 border-b border-line py-3">
      <div className="min-w-0 flex-1">
        <p className="font-mono font-semibold break-all">{name}</p>
        {metric.description !== undefined && <p className="break-words">{metric.description}</p>}
        <p className="text-small break-words text-quiet first-letter:uppercase">{sayDefinition(metric)}.</p>
      </div>
      {mayEdit && (
        <>
          <IconButton label={`Edit ${name}`} onClick={onEdit}>
            <Pencil size={16} />
          </IconButton>
          <IconButton label={`Remove ${name}`} disabled={remove.isPending} onClick={() => remove.mutate()}>
            <Trash2 size={16} />
          </IconButton>
        </>
      )}
    </li>
  );
}
