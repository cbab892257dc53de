/** One more eval that values must have passed before an environment serves them. */

import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { EvalRequirement } from "@dimmer/protocol";
import { summariesQuery } from "../flags/flag-queries.ts";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { readRequirement, type RequirementField } from "./read-requirement.ts";

export interface RequireEvalDialogProps {
  readonly project: string;
  /** Its name, for people. */
  readonly environment: string;
  readonly isBusy: boolean;
  readonly problem: string | undefined;
  readonly onRequire: (requirement: EvalRequirement) => void;
  readonly onClose: () => void;
}

export function RequireEvalDialog({ project, environment, isBusy, problem, onRequire, onClose }: RequireEvalDialogProps) {
  const place = useEnvironmentPlace();
  const { data: flags = [] } = useQuery(summariesQuery(project, place.environment.key));
  const [of, setOf] = useState("flag");
  const [problems, setProblems] = useState<Readonly<Partial<Record<RequirementField, string>>>>({});
  const offered = [...new Set(of === "flag" ? flags.map(({ key }) => key) : flags.flatMap(({ tags }) => tags))].sort();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { name = "", suite = "", scorer = "", atLeast = "", hours = "" } = fieldsOf(event.currentTarget);
    const read = readRequirement({ of, name, suite, scorer, atLeast, hours });
    setProblems("problems" in read ? read.problems : {});
    if ("requirement" in read) onRequire(read.requirement);
  };
  return (
    <Dialog
      title="Require an eval"
      about={`A value waits until this suite passed with it; then ${environment} serves it.`}
      isOpen
      onClose={onClose}
    >
      <form onSubmit={submit} className="flex flex-col gap-2">
        <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
          <SelectField
            label="Whose values"
            value={of}
            choices={[
              { value: "flag", label: "Of one flag" },
              { value: "tag", label: "Of all flags with a tag" },
            ]}
            onChange={({ target }) => setOf(target.value)}
          />
          <TextField
            label={of === "flag" ? "Flag" : "Tag"}
            name="name"
            list="whose-values"
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
            problem={problems.name}
          />
          <datalist id="whose-values">
            {offered.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </datalist>
          <TextField
            label="Suite"
            name="suite"
            className="font-mono"
            placeholder="faq"
            hint="As its reports name it."
            problem={problems.suite}
          />
          <TextField
            label="Scorer"
            name="scorer"
            className="font-mono"
            placeholder="exact"
            hint="One of the suite’s."
            problem={problems.scorer}
          />
          <TextField
            label="Mean, at least"
            name="atLeast"
            inputMode="decimal"
            defaultValue="0.9"
            hint="An item without a score counts as 0."
            problem={problems.atLeast}
          />
          <TextField
            label="Not older than, in hours"
            name="hours"
            inputMode="numeric"
            defaultValue="24"
            hint="When the value is published."
            problem={problems.hours}
          />
        </div>
        {problem !== undefined && (
          <p role="alert" className="break-words text-danger">
            {problem}
          </p>
        )}
        <Button look="primary" type="submit" isBusy={isBusy}>
          Require it
        </Button>
      </form>
    </Dialog>
  );
}
