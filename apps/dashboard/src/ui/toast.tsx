/** Short messages at the foot of the page: what was done, and the way back. */

import { Toast as Base } from "@base-ui/react/toast";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "./button.tsx";

const manager = Base.createToastManager();

export interface Message {
  readonly title: string;
  readonly about?: string | undefined;
  readonly isProblem?: boolean;
  /** Usually undo. */
  readonly act?: { readonly label: string; readonly run: () => void };
}

/** Milliseconds that a message stays; what can be undone stays longer. One at a time: the history has the others. */
const STAY_MS = 6_000;
const STAY_WITH_ACT_MS = 15_000;

export function say({ title, about, isProblem = false, act }: Message): void {
  manager.add({
    title,
    description: about,
    type: isProblem ? "problem" : "done",
    priority: isProblem ? "high" : "low",
    timeout: act === undefined ? STAY_MS : STAY_WITH_ACT_MS,
    ...(act === undefined ? {} : { actionProps: { children: act.label, onClick: act.run } }),
  });
}

export function Toasts({ children }: { readonly children: ReactNode }) {
  return (
    <Base.Provider toastManager={manager} limit={1}>
      {children}
      <Base.Portal>
        <Base.Viewport className="fixed right-4 bottom-4 z-60 flex w-[min(26rem,calc(100vw-2rem))] flex-col gap-2">
          <List />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function List() {
  const { toasts } = Base.useToastManager();
  return toasts.map((toast) => (
    <Base.Root
      key={toast.id}
      toast={toast}
      className="floats flex items-start gap-3 rounded-control border border-line bg-raised p-4 shadow-float data-limited:hidden data-[type=problem]:border-danger"
    >
      <div className="min-w-0 flex-1">
        <Base.Title className="font-semibold break-words" />
        <Base.Description className="text-small break-words text-quiet" />
        <Base.Action className="mt-2 font-semibold text-light-ink underline-offset-4 hover:underline empty:hidden" />
      </div>
      <Base.Close render={<IconButton label="Dismiss" className="-mt-2 -mr-2" />}>
        <X size={16} />
      </Base.Close>
    </Base.Root>
  ));
}
