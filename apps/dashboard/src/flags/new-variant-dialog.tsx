/** Adds a variant: a name, and the value of another one to begin with. Nobody gets it until it is given a share. */

import { type FormEvent, useState } from "react";
import { checkVariantKey, type JsonValue, variantsOf } from "@dimmer/evaluation";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { useFlagPlace } from "./flag-place.ts";
import { useChange } from "./use-change.ts";

export interface NewVariantDialogProps {
  readonly onClose: () => void;
  readonly onAdded: (name: string) => void;
}

export function NewVariantDialog({ onClose, onAdded }: NewVariantDialogProps) {
  const { project, flag, variants } = useFlagPlace();
  const change = useChange(project.key);
  const [problem, setProblem] = useState<string>();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { name = "", description = "", from = "" } = fieldsOf(event.currentTarget);
    const issue = checkVariantKey(name);
    const wrong = variants.includes(name)
      ? "There is a variant with this name already."
      : issue && `${issue.message}; ${issue.mend}`;
    setProblem(wrong);
    if (wrong !== undefined) return;
    const value: JsonValue = variantsOf(flag.definition)[from]?.value ?? null;
    // With the same versions of its snippets, so that it begins as that one is.
    const begin = flag.versions[from]?.written ?? { value };
    const about = description.trim() === "" ? {} : { description: description.trim() };
    change.mutate(
      {
        operations: [{ kind: "add-variant", flag: flag.key, variant: name, ...begin, ...about }],
        done: `${name} is there; nobody gets it yet`,
      },
      { onSuccess: () => onAdded(name) },
    );
  };
  return (
    <Dialog title="Add a variant" about="Nobody gets it until you give it a share." isOpen onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-2">
        <TextField
          label="Name"
          name="name"
          required
          autoFocus
          spellCheck={false}
          autoComplete="off"
          className="font-mono"
          problem={problem}
        />
        <TextField label="What it is" name="description" maxLength={2_000} />
        <SelectField
          label="Begin with the value of"
          name="from"
          choices={variants.map((name) => ({ value: name, label: name }))}
          hint="You change it next."
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isBusy={change.isPending}>
            Add variant
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
