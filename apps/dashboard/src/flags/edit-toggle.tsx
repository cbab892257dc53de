/** Opens a section for editing, and closes it again. */

import { Pencil } from "lucide-react";
import { Button } from "../ui/button.tsx";

export interface EditToggleProps {
  readonly isOpen: boolean;
  /** Why somebody may not. */
  readonly obstacle: string | undefined;
  readonly onOpen: () => void;
  readonly onClose: () => void;
}

export function EditToggle({ isOpen, obstacle, onOpen, onClose }: EditToggleProps) {
  return (
    <Button
      look="bare"
      icon={<Pencil size={15} />}
      aria-expanded={isOpen}
      disabled={obstacle !== undefined}
      title={obstacle}
      onClick={isOpen ? onClose : onOpen}
    >
      {isOpen ? "Close" : "Edit"}
    </Button>
  );
}
