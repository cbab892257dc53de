/** The online judges of an environment: which share of what people get a model scores, and what that cost today. */

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useMay } from "../session/session.ts";
import { usePlace } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { Empty, Problem, Section, Waiting } from "../ui/page.tsx";
import { JudgeDialog } from "./judge-dialog.tsx";
import { judgesQuery } from "./judge-queries.ts";
import { JudgeRow } from "./judge-row.tsx";

/** Of the environment that is chosen; without any there is nobody to judge. */
export function Judges() {
  const { project, environment } = usePlace();
  if (environment === undefined) return undefined;
  return <JudgesOf project={project.key} environment={environment.key} name={environment.name} />;
}

interface JudgesOfProps {
  readonly project: string;
  readonly environment: string;
  readonly name: string;
}

function JudgesOf({ project, environment, name }: JudgesOfProps) {
  const judges = useQuery(judgesQuery(project, environment));
  const mayEdit = useMay("connection.edit", project, environment);
  const [isCreating, setCreating] = useState(false);
  const all = judges.data ?? [];
  const create = mayEdit ? (
    <Button icon={<Plus size={17} />} onClick={() => setCreating(true)}>
      New judge
    </Button>
  ) : undefined;
  return (
    <Section
      id="judges"
      title="Online judges"
      about={`Models that score a share of what people get in ${name}. The scores stand in the flag’s metrics.`}
      acts={all.length > 0 ? create : undefined}
    >
      {judges.isError && <Problem error={judges.error} onRetry={() => void judges.refetch()} />}
      {judges.isPending && <Waiting rows={2} />}
      {judges.isSuccess && all.length === 0 && (
        <Empty title="Nobody judges yet" act={create}>
          Cost and speed come by themselves; whether answers are good does not. A judge asks a model for a score, within a budget.
          What people asked and got is sent by your app for that alone, is kept sealed until it is judged, and is gone after a
          day.
        </Empty>
      )}
      {all.length > 0 && (
        <ul className="-mt-4">
          {all.map((judge) => (
            <JudgeRow key={judge.id} place={{ project, environment }} judge={judge} mayEdit={mayEdit} />
          ))}
        </ul>
      )}
      {isCreating && <JudgeDialog place={{ project, environment }} onClose={() => setCreating(false)} />}
    </Section>
  );
}
