/** Asks before something is removed that nobody can bring back. */

import { messageOf } from "../api/messages.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";

export interface RemoveDialogProps {
  readonly name: string;
  /** What goes with it. */
  readonly about: string;
  /** The removal, as it stands. */
  readonly removal: { readonly error: Error | null; readonly isPending: boolean };
  readonly onRemove: () => void;
  readonly onClose: () => void;
}

export function RemoveDialog({ name, about, removal, onRemove, onClose }: RemoveDialogProps) {
  return (
    <Dialog title={`Remove ${name}?`} about={about} isOpen onClose={onClose}>
      {removal.error !== null && (
        <p role="alert" className="mb-4 text-danger">
          {messageOf(removal.error).about}
        </p>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" isBusy={removal.isPending} onClick={onRemove}>
          Remove
        </Button>
      </div>
    </Dialog>
  );
}
