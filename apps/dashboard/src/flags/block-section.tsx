/** A small part of what a flag does in one environment: said in words, and edited in the same place. */

import { type ReactNode, useState } from "react";
import type { Operation, Right } from "@dimmer/protocol";
import { Section } from "../ui/page.tsx";
import { EditToggle } from "./edit-toggle.tsx";
import { type FlagBlock, useFlagPlace, useObstacle } from "./flag-place.ts";
import { SaveBar } from "./save-bar.tsx";
import { useDraft } from "./use-draft.ts";

/** The operations that an edit becomes, and the edit in words. */
export interface BlockEdit {
  readonly operation: Operation | readonly Operation[];
  readonly suggested: string;
  /** What keeps it from being saved. */
  readonly problem?: string | undefined;
}

export interface BlockSectionProps<T> {
  readonly title: string;
  readonly about: string;
  readonly block: FlagBlock;
  readonly saved: T;
  /** What one needs to edit it; `rule.edit` unless given. */
  readonly right?: Right;
  /** How it is now, in words. */
  readonly words: ReactNode;
  readonly editOf: (value: T) => BlockEdit;
  readonly children: (value: T, set: (value: T) => void) => ReactNode;
}

export function BlockSection<T>({
  title,
  about,
  block,
  saved,
  right = "rule.edit",
  words,
  editOf,
  children,
}: BlockSectionProps<T>) {
  const { project, environment, flag } = useFlagPlace();
  const obstacle = useObstacle(right);
  const [isOpen, setOpen] = useState(false);
  const draft = useDraft(saved);
  const close = () => {
    draft.reset();
    setOpen(false);
  };
  return (
    <Section
      title={title}
      about={about}
      acts={<EditToggle isOpen={isOpen} obstacle={obstacle} onOpen={() => setOpen(true)} onClose={close} />}
    >
      {isOpen ? (
        <div className="flex flex-col gap-4">
          {children(draft.value, draft.set)}
          {draft.isTouched && (
            <SaveBar
              project={project.key}
              operations={[editOf(draft.value).operation].flat()}
              problem={editOf(draft.value).problem}
              suggested={editOf(draft.value).suggested}
              expected={{ [`flags/${flag.key}/environments/${environment.key}`]: block.revision }}
              isStale={draft.isStale}
              about="Shares stay as they are."
              onReset={draft.reset}
              onSaved={close}
            />
          )}
        </div>
      ) : (
        words
      )}
    </Section>
  );
}
