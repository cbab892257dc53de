/** Schedules one change: what, when, and why. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { FlagEnvironment } from "@dimmer/evaluation";
import { management } from "../api/client.ts";
import { messageOf, sayIssue } from "../api/messages.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { say } from "../ui/toast.tsx";
import { useDebounced } from "../ui/use-debounced.ts";
import { useNow } from "../ui/use-now.ts";
import { useFlagPlace } from "./flag-place.ts";
import { localTime, type PlannedAct, planAct, PLANNED_ACTS } from "./planned-act.ts";
import { sayOperation } from "./say-operation.ts";

export interface ScheduleDialogProps {
  readonly config: FlagEnvironment;
  readonly onClose: () => void;
}

/** Milliseconds after the last movement until the server is asked what it thinks of it. */
const ASK_AFTER_MS = 300;
const HOUR_MS = 3_600_000;

export function ScheduleDialog({ config, onClose }: ScheduleDialogProps) {
  const { project, environment, flag, variants } = useFlagPlace();
  const queries = useQueryClient();
  const now = useNow();
  const [first] = useState(() => localTime(now + HOUR_MS));
  const [at, setAt] = useState(first);
  const [act, setAct] = useState<PlannedAct>({ kind: "ramp", rule: "default", variant: variants[0] ?? "", percent: 25 });
  const [reason, setReason] = useState("");
  const timeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const operation = planAct(act, config, { flag: flag.key, environment: environment.key });
  const request = { at, timeZone, operations: [operation] };
  const asked = useDebounced(JSON.stringify(request), ASK_AFTER_MS);
  const foreseen = useQuery({
    queryKey: ["foreseen-schedule", project.key, asked],
    queryFn: () => management.createSchedule(project.key, { ...(JSON.parse(asked) as typeof request), dryRun: true }),
    retry: false,
  });
  const make = useMutation({
    mutationFn: () =>
      management.createSchedule(project.key, { ...request, ...(reason.trim() === "" ? {} : { reason: reason.trim() }) }),
    onSuccess: async ({ dueAt }) => {
      onClose();
      say({
        title: "It is due",
        about: `${sayOperation(operation)} on ${new Date(dueAt).toLocaleString("en")}. Cancel it under Later.`,
      });
      await queries.invalidateQueries({ queryKey: ["project", project.key] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  const error = make.error ?? foreseen.error;
  return (
    <Dialog title={`Schedule a change in ${environment.name}`} isOpen onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-2">
        <SelectField
          label="What"
          value={act.kind}
          choices={PLANNED_ACTS.map(({ kind, label }) => ({ value: kind, label }))}
          onChange={({ target }) => setAct({ ...act, kind: target.value as PlannedAct["kind"] })}
        />
        <ActFields act={act} config={config} onChange={setAct} />
        <TextField
          label="When"
          type="datetime-local"
          required
          value={at}
          onChange={({ target }) => setAt(target.value)}
          hint={`In your time, ${timeZone}.`}
        />
        <TextField label="Why" value={reason} maxLength={2_000} onChange={({ target }) => setReason(target.value)} />
        {error !== null && (
          <p role="alert" className="break-words text-danger">
            {messageOf(error).about}
          </p>
        )}
        {foreseen.data?.issues.map((issue) => (
          <p key={issue.message} className="text-small break-words text-light-ink">
            {sayIssue(issue)}
          </p>
        ))}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isBusy={make.isPending} disabled={foreseen.isError}>
            Schedule
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface ActFieldsProps {
  readonly act: PlannedAct;
  readonly config: FlagEnvironment;
  readonly onChange: (act: PlannedAct) => void;
}

function ActFields({ act, config, onChange }: ActFieldsProps) {
  const { variants } = useFlagPlace();
  if (act.kind === "kill" || act.kind === "restore") return null;
  const rules = [
    ...(config.rules ?? []).map(({ id, name }) => ({ value: id, label: name ?? `Rule ${id}` })),
    { value: "default", label: (config.rules ?? []).length === 0 ? "Everyone" : "Everyone else" },
  ];
  return (
    <div className="grid gap-x-4 sm:grid-cols-2">
      <SelectField
        label="Variant"
        value={act.variant}
        choices={variants.map((name) => ({ value: name, label: name }))}
        onChange={({ target }) => onChange({ ...act, variant: target.value })}
      />
      {act.kind === "ramp" && (
        <>
          <TextField
            label="To how many percent"
            type="number"
            min={0}
            max={100}
            step={0.001}
            value={act.percent}
            onChange={({ target }) => onChange({ ...act, percent: Number(target.value) })}
          />
          <SelectField
            label="For whom"
            value={act.rule}
            choices={rules}
            onChange={({ target }) => onChange({ ...act, rule: target.value })}
          />
        </>
      )}
    </div>
  );
}
