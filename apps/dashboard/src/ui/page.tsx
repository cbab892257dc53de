/** The parts that every page has: its head, its sections, and what it says when there is nothing or something went wrong. */

import type { ReactNode } from "react";
import { useEffect } from "react";
import { messageOf } from "../api/messages.ts";
import { Button } from "./button.tsx";

export interface PageProps {
  /** Also the title of the browser's tab. */
  readonly title: string;
  readonly lead?: ReactNode;
  readonly before?: ReactNode;
  readonly acts?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, lead, before, acts, children }: PageProps) {
  useTitle(title);
  return (
    // Room at the end, so that what stands last can be scrolled out from under a message.
    <div className="mx-auto flex w-full max-w-[70rem] flex-col gap-8 px-4 pt-8 pb-32 sm:px-8">
      <header className="flex flex-wrap items-end justify-between gap-4">
        <div className="flex min-w-0 items-center gap-4">
          {before}
          <div className="min-w-0">
            <h1 className="truncate text-large font-semibold tracking-tight">{title}</h1>
            {lead !== undefined && <div className="text-quiet">{lead}</div>}
          </div>
        </div>
        {acts !== undefined && <div className="flex flex-wrap items-center gap-2">{acts}</div>}
      </header>
      {children}
    </div>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Dimmer`;
  }, [title]);
}

export function Section({
  id,
  title,
  about,
  acts,
  children,
}: {
  /** Where links of other pages lead. */
  readonly id?: string;
  readonly title: string;
  readonly about?: ReactNode;
  readonly acts?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section id={id} className="flex flex-col gap-4">
      <div className="flex flex-wrap items-end justify-between gap-x-4 gap-y-2 border-b border-line pb-2">
        <div className="min-w-0 flex-1 basis-48">
          <h2 className="text-title font-semibold">{title}</h2>
          {about !== undefined && <p className="text-small text-quiet">{about}</p>}
        </div>
        {acts}
      </div>
      {children}
    </section>
  );
}

/** What a list says while it has nothing, and the one thing to do about it. */
export function Empty({
  title,
  children,
  act,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly act?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-start gap-3 rounded-control border border-dashed border-line-strong px-6 py-10">
      <p className="text-title font-semibold">{title}</p>
      <div className="w-full max-w-prose min-w-0 text-quiet">{children}</div>
      {act}
    </div>
  );
}

export function Problem({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { title, about } = messageOf(error);
  return (
    <div role="alert" className="flex flex-col items-start gap-2 rounded-control border border-danger bg-danger-soft px-5 py-4">
      <p className="font-semibold">{title}</p>
      <p>{about}</p>
      {onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

/** Only what takes long enough to be noticed shows that it is on its way. */
export function Waiting({ rows = 4 }: { readonly rows?: number }) {
  return (
    <div aria-label="Loading" role="status" className="flex animate-[appear_1ms_200ms_both] flex-col gap-2">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="h-10 animate-pulse rounded-control bg-line opacity-60" />
      ))}
    </div>
  );
}
