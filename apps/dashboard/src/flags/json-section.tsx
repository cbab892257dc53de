/** A part of a flag's definition that is edited as JSON, with the server's word on it at its place. */

import { type ReactNode, useState } from "react";
import type { Operation } from "@dimmer/protocol";
import { CodeEditor } from "../ui/code-editor.tsx";
import { Section } from "../ui/page.tsx";
import { EditToggle } from "./edit-toggle.tsx";
import { useFlagPlace, useObstacle } from "./flag-place.ts";
import { SaveBar } from "./save-bar.tsx";
import { useDraft } from "./use-draft.ts";
import { useForeseen } from "./use-foreseen.ts";

export interface JsonSectionProps {
  readonly title: string;
  readonly about: string;
  /** As it is now; empty where there is none. */
  readonly saved: string;
  readonly words: ReactNode;
  /** What somebody sees who begins with nothing. */
  readonly example: string;
  readonly suggested: string;
  /** Where in the request the value stands: `/operations/0/fields/schema`. */
  readonly pointer: string;
  /** Undefined takes it away. */
  readonly editOf: (value: unknown) => Operation;
}

export function JsonSection({ title, about, saved, words, example, suggested, pointer, editOf }: JsonSectionProps) {
  const { project, flag } = useFlagPlace();
  const obstacle = useObstacle("flag.edit", { isShared: true });
  const [isOpen, setOpen] = useState(false);
  const draft = useDraft(saved);
  const read = readJson(draft.value);
  const operations = draft.isTouched && "value" in read ? [editOf(read.value)] : [];
  const expected = { [`flags/${flag.key}`]: flag.revision };
  const { issues } = useForeseen(project.key, operations, expected);
  const close = () => {
    draft.reset();
    setOpen(false);
  };
  const open = () => {
    setOpen(true);
    if (saved === "") draft.set(example);
  };
  return (
    <Section title={title} about={about} acts={<EditToggle isOpen={isOpen} obstacle={obstacle} onOpen={open} onClose={close} />}>
      {!isOpen && words}
      {isOpen && (
        <>
          <CodeEditor
            label={title}
            language="json"
            value={draft.value}
            onChange={draft.set}
            issues={issues.flatMap((issue) =>
              issue.path.startsWith(pointer) ? [{ ...issue, path: issue.path.slice(pointer.length) }] : [],
            )}
          />
          {draft.isTouched && (
            <SaveBar
              project={project.key}
              operations={operations}
              problem={"problem" in read ? read.problem : undefined}
              suggested={suggested}
              expected={expected}
              isStale={draft.isStale}
              about="Nobody changes variant."
              onReset={draft.reset}
              onSaved={close}
            />
          )}
        </>
      )}
    </Section>
  );
}

function readJson(text: string): { readonly value: unknown } | { readonly problem: string } {
  if (text.trim() === "") return { value: undefined };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: `This is not JSON yet: ${error instanceof Error ? error.message : String(error)}.` };
  }
}
