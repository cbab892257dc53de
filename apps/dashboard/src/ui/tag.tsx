/** Small words beside a name. */

import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

export function Tag({
  children,
  look = "plain",
}: {
  readonly children: ReactNode;
  readonly look?: "plain" | "danger" | "light";
}) {
  return (
    <span
      className={classNames(
        "inline-flex h-5 items-center rounded-full border px-2 text-small leading-none whitespace-nowrap",
        look === "plain" && "border-line text-quiet",
        look === "danger" && "border-danger text-danger",
        look === "light" && "border-light text-light-ink",
      )}
    >
      {children}
    </span>
  );
}

/** A key of the keyboard. */
export function Key({ children }: { readonly children: ReactNode }) {
  return (
    <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded-[4px] border border-line px-1 font-sans text-small text-faint">
      {children}
    </kbd>
  );
}
