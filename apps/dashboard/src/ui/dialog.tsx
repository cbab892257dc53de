/** A dialog in the middle of the page, or at its bottom where the page is narrow. */

import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { IconButton } from "./button.tsx";

export interface DialogProps {
  readonly title: string;
  readonly about?: ReactNode;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly isWide?: boolean;
}

export function Dialog({ title, about, isOpen, onClose, children, isWide = false }: DialogProps) {
  const opener = useOpener(isOpen);
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-[rgb(12_10_8_/_0.5)] transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          finalFocus={() => (opener?.isConnected === true ? opener : null)}
          className={`floats fixed z-50 flex max-h-[min(90dvh,52rem)] sm:max-h-[min(80dvh,52rem)] flex-col overflow-y-auto rounded-control border border-line bg-raised p-6 shadow-float max-sm:inset-x-0 max-sm:bottom-0 max-sm:rounded-b-none sm:top-[12dvh] sm:left-1/2 sm:w-full sm:-translate-x-1/2 ${isWide ? "sm:max-w-3xl" : "sm:max-w-lg"}`}
        >
          <div className="flex items-start justify-between gap-4">
            <Base.Title className="text-title font-semibold">{title}</Base.Title>
            <Base.Close render={<IconButton label="Close" className="-mt-1 -mr-2" />}>
              <X size={18} />
            </Base.Close>
          </div>
          {about !== undefined && <Base.Description className="mt-1 text-quiet">{about}</Base.Description>}
          <div className="mt-5">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** What had the focus before the dialog, and gets it back: asked before a field of the dialog takes it by itself. */
function useOpener(isOpen: boolean): HTMLElement | null {
  const [known, setKnown] = useState(() => ({ isOpen, opener: focused() }));
  if (known.isOpen !== isOpen) setKnown({ isOpen, opener: isOpen ? focused() : known.opener });
  return known.opener;
}

const focused = (): HTMLElement | null => (document.activeElement instanceof HTMLElement ? document.activeElement : null);
