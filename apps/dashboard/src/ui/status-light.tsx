/** A small light that says how something is: green only with evidence, hatched where nothing is known. */

import { classNames } from "./class-names.ts";

export type Status = "healthy" | "warning" | "danger" | "unknown";

const LOOKS: Readonly<Record<Status, string>> = {
  healthy: "bg-healthy",
  warning: "bg-light",
  danger: "bg-danger",
  unknown: "hatched border border-line-strong",
};

/** Shape: decoration; what it shows is also said in words beside it. */
export function StatusLight({ status, isLarge = false }: { readonly status: Status; readonly isLarge?: boolean }) {
  return (
    <span
      aria-hidden
      className={classNames(
        "inline-block shrink-0 rounded-full transition-colors duration-150",
        isLarge ? "size-4" : "size-2.5",
        LOOKS[status],
      )}
    />
  );
}
