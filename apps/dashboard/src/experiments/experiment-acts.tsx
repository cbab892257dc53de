/** What a person can do to an experiment: start it, end it, and ship what won. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ExperimentResult, ExperimentStep, ExperimentView } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { useMay } from "../session/session.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { RadioGroup } from "../ui/radio-group.tsx";
import { say } from "../ui/toast.tsx";
import { undoBy } from "../ui/undo.ts";

export interface ExperimentActsProps {
  readonly project: string;
  readonly experiment: ExperimentView;
  /** Undefined while nothing is known. */
  readonly result: ExperimentResult | undefined;
}

export function ExperimentActs({ project, experiment, result }: ExperimentActsProps) {
  const { id, state, environment, revision } = experiment;
  const [isShipping, setShipping] = useState(false);
  const mayAct = useMay("experiment.edit", project, environment);
  const step = useStep(project);
  const obstacle = mayAct ? undefined : "Your role does not let you do this here.";
  const winner = result?.ship ?? experiment.baseline;
  const isClear = winner !== experiment.baseline;
  return (
    <>
      {state === "draft" && (
        <Button
          look="primary"
          disabled={!mayAct}
          title={obstacle}
          isBusy={step.isPending}
          onClick={() => step.mutate({ run: () => management.startExperiment(project, id, { revision }), done: "It has begun" })}
        >
          Start
        </Button>
      )}
      {state === "running" && (
        <Button
          disabled={!mayAct}
          title={obstacle}
          isBusy={step.isPending}
          onClick={() => step.mutate({ run: () => end(project, id, revision), done: "It is over" })}
        >
          End
        </Button>
      )}
      {(state === "running" || state === "ended") && (
        <Button look={isClear ? "primary" : "quiet"} disabled={!mayAct} title={obstacle} onClick={() => setShipping(true)}>
          {isClear ? `Ship ${winner}` : "Ship"}
        </Button>
      )}
      {isShipping && <ShipDialog project={project} experiment={experiment} result={result} onClose={() => setShipping(false)} />}
    </>
  );
}

/** Who takes part keeps what they have: nothing is to be undone. */
async function end(project: string, id: string, revision: number): Promise<Pick<ExperimentStep, "change" | "instead">> {
  await management.endExperiment(project, id, { revision });
  return { change: null, instead: null };
}

interface ShipDialogProps extends ExperimentActsProps {
  readonly onClose: () => void;
}

function ShipDialog({ project, experiment, result, onClose }: ShipDialogProps) {
  const { id, arms, baseline, flag, revision } = experiment;
  const [variant, setVariant] = useState(result?.ship ?? baseline);
  const step = useStep(project);
  const isSaid = result?.ship === variant;
  return (
    <Dialog
      title="Ship"
      about={`Everybody in the experiment gets it from then on, and the experiment of ${flag} ends.`}
      isOpen
      onClose={onClose}
    >
      <div className="flex flex-col gap-5">
        <RadioGroup
          label="Variant to ship"
          chosen={variant}
          onChoose={setVariant}
          choices={arms.map((arm) => ({ value: arm.variant, label: arm.variant }))}
        />
        {result !== undefined && <p className="break-words">{result.say}</p>}
        {!isSaid && (
          <p className="rounded-control border border-light px-4 py-3">
            The result does not say to ship {variant}. You may all the same.
          </p>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Not yet</Button>
          <Button
            look="primary"
            isBusy={step.isPending}
            onClick={() =>
              step.mutate(
                {
                  run: () => management.shipExperiment(project, id, { variant, revision, ...(isSaid ? {} : { anyway: true }) }),
                  done: `${variant} is shipped`,
                },
                { onSuccess: onClose },
              )
            }
          >
            {isSaid ? `Ship ${variant}` : `Ship ${variant} anyway`}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

interface Step {
  readonly run: () => Promise<Pick<ExperimentStep, "change" | "instead">>;
  readonly done: string;
}

/** Shape: what changed what people get can be undone from the message that says so. */
function useStep(project: string) {
  const queries = useQueryClient();
  const readAnew = () => queries.invalidateQueries({ queryKey: ["project", project] });
  return useMutation({
    mutationFn: ({ run }: Step) => run(),
    onSuccess: async ({ change, instead }, { done }) => {
      await readAnew();
      if (change?.status === "pending") return say({ title: "It waits for review", about: "Until then nothing changes." });
      const made = change?.change?.id;
      const undo = async (id: string) => {
        await undoBy(() => management.undoChange(project, id));
        await readAnew();
      };
      return say({
        title: done,
        about: instead?.say ?? change?.serving.join(" "),
        ...(made === undefined ? {} : { act: { label: "Undo", run: () => void undo(made) } }),
      });
    },
    onError: async (error) => {
      say({ ...messageOf(error), isProblem: true });
      await readAnew();
    },
  });
}
