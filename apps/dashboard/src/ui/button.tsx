/** Buttons: one primary act a page, in the light's colour; danger in red; everything else quiet. */

import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Link, type LinkProps } from "@tanstack/react-router";
import { classNames } from "./class-names.ts";

type Look = "primary" | "quiet" | "danger" | "bare";

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: Look;
  readonly icon?: ReactNode;
  /** Shows that it is at work, and takes no second press. */
  readonly isBusy?: boolean | undefined;
}

const BASE =
  "inline-flex h-9 shrink-0 items-center justify-center gap-2 rounded-control px-3.5 font-semibold whitespace-nowrap transition-colors duration-150 disabled:opacity-50";

const LOOKS: Readonly<Record<Look, string>> = {
  primary: "bg-light text-on-light hover:brightness-105",
  quiet: "border border-line bg-surface text-ink hover:border-line-strong",
  danger: "border border-danger text-danger hover:bg-danger hover:text-on-danger",
  bare: "px-2 text-quiet hover:bg-raised hover:text-ink",
};

export function Button({ look = "quiet", icon, isBusy = false, children, className, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled === true || isBusy}
      aria-busy={isBusy || undefined}
      className={classNames(BASE, LOOKS[look], className)}
    >
      {isBusy ? <Spinner /> : icon}
      {children}
    </button>
  );
}

/** A link that looks like a button. */
export function ButtonLink({
  look = "quiet",
  icon,
  children,
  className,
  ...rest
}: LinkProps & { readonly look?: Look; readonly icon?: ReactNode; readonly className?: string; readonly children: ReactNode }) {
  return (
    <Link {...rest} className={classNames(BASE, LOOKS[look], className)}>
      {icon}
      {children}
    </Link>
  );
}

/** A button of an icon alone; its label is read out and shown as a tip. */
export function IconButton({
  label,
  children,
  className,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { readonly label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={classNames(
        "inline-flex size-9 shrink-0 items-center justify-center rounded-control text-quiet transition-colors duration-150 hover:bg-raised hover:text-ink disabled:opacity-40",
        className,
      )}
    >
      {children}
    </button>
  );
}

function Spinner() {
  return (
    <span aria-hidden className="size-3.5 animate-spin rounded-full border-2 border-current border-t-transparent opacity-70" />
  );
}
