/** Declares one attribute, or changes what is declared of it. */

import { type FormEvent, useState } from "react";
import {
  type AttributeDeclaration,
  type ContextDeclaration,
  type DeclaredType,
  parseContextDeclaration,
} from "@dimmer/evaluation";
import type { AttributeType, ContextView } from "@dimmer/protocol";
import { messageOf } from "../api/messages.ts";
import { useChange } from "../flags/use-change.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { CheckField, SelectField, TextArea, TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { readValues, TYPE_WORDS } from "./say-attribute.ts";

export interface AttributeDialogProps {
  readonly project: string;
  readonly view: ContextView;
  /** The attribute; a new one without. */
  readonly path: string | undefined;
  readonly seenAs: readonly AttributeType[] | undefined;
  readonly onClose: () => void;
}

export function AttributeDialog({ project, view, path, seenAs = [], onClose }: AttributeDialogProps) {
  // What it was when somebody began: a later edit of somebody else's is not overwritten.
  const [base] = useState(view);
  const [problem, setProblem] = useState<string>();
  const change = useChange(project);
  const before = path === undefined ? undefined : base.declaration?.attributes[path];
  const save = (context: ContextDeclaration, done: string) =>
    change.mutate(
      { operations: [{ kind: "declare-context", context }], expected: { context: base.revision }, done },
      { onSuccess: onClose },
    );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = fieldsOf(event.currentTarget);
    const name = path ?? fields["name"]?.trim() ?? "";
    const attributes = { ...base.declaration?.attributes, [name]: declarationOf(fields) };
    const context = { ...base.declaration, attributes };
    const bad = parseContextDeclaration(context, { path: "" }).issues.find(({ severity }) => severity === "error");
    setProblem(bad === undefined ? undefined : `${bad.message}: ${bad.mend}.`);
    if (bad === undefined) save(context, `${name} is declared`);
  };
  const remove = () => {
    const attributes = Object.fromEntries(Object.entries(base.declaration?.attributes ?? {}).filter(([name]) => name !== path));
    save({ ...base.declaration, attributes }, `${path} is not declared any more`);
  };
  return (
    <Dialog title={path ?? "Declare an attribute"} about="It holds for all environments." isOpen onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-2">
        {path === undefined && (
          <TextField
            label="Name"
            name="name"
            required
            autoFocus
            spellCheck={false}
            autoComplete="off"
            placeholder="plan"
            className="font-mono"
            hint="As rules ask for it; a nested one by its path: organization.plan."
          />
        )}
        <SelectField
          label="What it is"
          name="type"
          defaultValue={before?.type ?? guessType(seenAs)}
          choices={TYPE_WORDS.map(({ value, one }) => ({ value, label: one }))}
          hint={seenAs.length === 0 ? undefined : `It was seen as ${seenAs.join(" or ")}.`}
        />
        <CheckField
          name="list"
          label="Several of them"
          hint="The attribute holds a list."
          defaultChecked={before?.list ?? seenAs.includes("array")}
        />
        <TextArea
          label="All the values there are"
          name="values"
          rows={3}
          spellCheck={false}
          className="font-mono text-small"
          defaultValue={(before?.values ?? []).join("\n")}
          placeholder={"free\npro"}
          hint="One a line, for texts and numbers; empty where any is fine."
        />
        <TextField label="What it means" name="description" defaultValue={before?.description ?? ""} maxLength={2_000} />
        <CheckField
          name="private"
          label="Private"
          hint="Its values stay in the app: SDKs count none of them."
          defaultChecked={before?.private ?? false}
        />
        {(problem !== undefined || change.isError) && (
          <p role="alert" className="text-danger">
            {problem ?? messageOf(change.error).about}
          </p>
        )}
        <div className="mt-3 flex justify-end gap-2">
          {before !== undefined && (
            <Button look="danger" isBusy={change.isPending} onClick={remove} className="mr-auto">
              Take it away
            </Button>
          )}
          <Button look="primary" type="submit" isBusy={change.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function declarationOf(fields: Readonly<Record<string, string | undefined>>): AttributeDeclaration {
  const type = (fields["type"] ?? "string") as DeclaredType;
  const values = readValues(fields["values"] ?? "", type);
  const description = fields["description"]?.trim() ?? "";
  return {
    type,
    ...(description === "" ? {} : { description }),
    ...(fields["list"] === undefined ? {} : { list: true }),
    ...(values.length === 0 ? {} : { values }),
    ...(fields["private"] === undefined ? {} : { private: true }),
  };
}

const guessType = (seenAs: readonly AttributeType[]): DeclaredType =>
  seenAs.includes("number") ? "number" : seenAs.includes("boolean") ? "boolean" : "string";
