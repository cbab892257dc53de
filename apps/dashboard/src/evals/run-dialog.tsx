/** Has the server run a suite on a variant or its draft. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { EvalSuiteView } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { flagQuery, summariesQuery } from "../flags/flag-queries.ts";
import { nameOf, readChosen } from "../playground/chosen-variants.ts";
import { useMay } from "../session/session.ts";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { Copyable } from "../ui/copyable.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField } from "../ui/field.tsx";
import { Problem, Waiting } from "../ui/page.tsx";
import { runsQuery, suitesQuery } from "./eval-queries.ts";
import { offeredOf, sayOffered } from "./run-choice.ts";

export interface RunDialogProps {
  /** What is chosen at first, as the address has it. */
  readonly flag: string | undefined;
  readonly suite: string | undefined;
  readonly variant: string;
  readonly onClose: () => void;
}

export function RunDialog(props: RunDialogProps) {
  const { project, environment } = useEnvironmentPlace();
  const suites = useQuery(suitesQuery(project.key));
  return (
    <Dialog
      title="Run a suite"
      about={`The server asks the model through the connections of ${environment.name}, within their budgets.`}
      isOpen
      onClose={props.onClose}
    >
      {suites.isError && <Problem error={suites.error} onRetry={() => void suites.refetch()} />}
      {suites.isPending && <Waiting rows={3} />}
      {suites.data?.length === 0 && (
        <div className="flex flex-col gap-3">
          <p>The project keeps no suite yet. One is written as a file, and pushed:</p>
          <Copyable text="npx dimmer eval-suites push suite.yaml" what="the command" />
        </div>
      )}
      {suites.data !== undefined && suites.data.length > 0 && <RunForm {...props} suites={suites.data} />}
    </Dialog>
  );
}

function RunForm({ suites, onClose, ...first }: RunDialogProps & { readonly suites: readonly EvalSuiteView[] }) {
  const { project, environment } = useEnvironmentPlace();
  const queries = useQueryClient();
  const summaries = useQuery(summariesQuery(project.key, environment.key));
  const flags = (summaries.data ?? []).filter(({ type, archived }) => type === "object" && !archived).map(({ key }) => key);
  const [chosen, choose] = useState({ flag: first.flag, suite: first.suite, variant: first.variant });
  const flagKey = chosen.flag ?? flags[0];
  const flag = useQuery({ ...flagQuery(project.key, flagKey ?? ""), enabled: flagKey !== undefined });
  const offered = flag.data === undefined ? [] : offeredOf(flag.data);
  const one = readChosen(chosen.variant, offered)[0] ?? offered[0];
  const suite = suites.find(({ name }) => name === chosen.suite) ?? suites[0];
  const start = useMutation({
    mutationFn: async () => {
      if (flagKey === undefined || one === undefined || suite === undefined) return;
      const of = { flag: flagKey, variant: one.variant, ...(one.isDraft ? { draft: true as const } : {}) };
      await management.startEvalRun(project.key, environment.key, { suite: suite.name, suiteNumber: suite.number, ...of });
    },
    onSuccess: onClose,
    onSettled: () => queries.invalidateQueries({ queryKey: runsQuery(project.key).queryKey }),
  });
  const mayRun = useMay("playground.run", project.key, environment.key);
  const mayPush = useMay("eval.push", project.key, null);
  const obstacle = mayRun && mayPush ? undefined : "Your role does not let you run evals here.";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (obstacle === undefined) start.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      <SelectField
        label="Suite"
        value={suite?.name ?? ""}
        choices={suites.map(({ name }) => ({ value: name, label: name }))}
        hint={suite === undefined ? undefined : sayOffered(suite)}
        onChange={({ target }) => choose({ ...chosen, suite: target.value })}
      />
      <SelectField
        label="Flag"
        value={flagKey ?? ""}
        choices={[...new Set([...(flagKey === undefined ? [] : [flagKey]), ...flags])].map((key) => ({ value: key, label: key }))}
        onChange={({ target }) => choose({ ...chosen, flag: target.value, variant: "" })}
      />
      <SelectField
        label="Variant"
        value={one === undefined ? "" : nameOf(one)}
        choices={offered.map((each) => ({
          value: nameOf(each),
          label: each.isDraft ? `${each.variant}, its draft` : each.variant,
        }))}
        hint={one?.isDraft === true ? "As the draft is now." : `What ${environment.name} serves of it.`}
        problem={flag.isError ? messageOf(flag.error).about : start.isError ? messageOf(start.error).about : undefined}
        onChange={({ target }) => choose({ ...chosen, variant: target.value })}
      />
      <Button
        look="primary"
        type="submit"
        isBusy={start.isPending}
        disabled={obstacle !== undefined || one === undefined}
        title={obstacle}
      >
        Run it
      </Button>
      {obstacle !== undefined && <p className="text-small text-quiet">{obstacle}</p>}
    </form>
  );
}
