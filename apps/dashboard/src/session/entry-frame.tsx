/** What one sees before one is in: the lamp, one question, nothing else. */

import type { ReactNode } from "react";
import { Lamp } from "../ui/lamp.tsx";
import { useTitle } from "../ui/page.tsx";

export function EntryFrame({
  title,
  lead,
  children,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
}) {
  useTitle(title);
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center gap-6 px-4 py-10">
      <Lamp brightness={1} state="on" size={48} />
      <div>
        <h1 className="text-large font-semibold tracking-tight">{title}</h1>
        {lead !== undefined && <p className="mt-1 text-quiet">{lead}</p>}
      </div>
      {children}
    </main>
  );
}
