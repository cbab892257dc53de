/** Edits what a segment is for; its key stays, since rules name it by that. */

import { Pencil } from "lucide-react";
import { useState } from "react";
import type { SegmentView } from "@dimmer/protocol";
import { SaveBar } from "../flags/save-bar.tsx";
import { useDraft } from "../flags/use-draft.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextArea } from "../ui/field.tsx";

export interface DescribeSegmentProps {
  readonly project: string;
  readonly segment: SegmentView;
  /** Why it may not be edited. */
  readonly obstacle: string | undefined;
}

export function DescribeSegment({ project, segment, obstacle }: DescribeSegmentProps) {
  const [isOpen, setOpen] = useState(false);
  const draft = useDraft(segment.definition.description ?? "");
  const close = () => {
    draft.reset();
    setOpen(false);
  };
  const description = draft.value.trim();
  return (
    <>
      <Button icon={<Pencil size={15} />} disabled={obstacle !== undefined} title={obstacle} onClick={() => setOpen(true)}>
        Describe
      </Button>
      <Dialog title={`Who is in ${segment.key}`} about="Its key stays: rules name it by that." isOpen={isOpen} onClose={close}>
        <TextArea
          label="Who they are"
          value={draft.value}
          autoFocus
          maxLength={2_000}
          className="[field-sizing:content]"
          onChange={({ target }) => draft.set(target.value)}
        />
        {draft.isTouched && (
          <SaveBar
            project={project}
            operations={[{ kind: "update-segment", segment: segment.key, description: description === "" ? null : description }]}
            suggested={description === "" ? "It needs no description" : `Described as: ${description}`}
            expected={{ [`segments/${segment.key}`]: segment.revision }}
            isStale={draft.isStale}
            about="Nobody comes in or goes out."
            onReset={draft.reset}
            onSaved={close}
          />
        )}
      </Dialog>
    </>
  );
}
