/** The frame of pages that belong to no project: the account and the people. */

import { Link, Outlet } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { Lamp } from "../ui/lamp.tsx";

export function PlainShell() {
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="sticky top-0 z-10 flex h-14 items-center justify-between gap-4 border-b border-line bg-ground px-4 sm:px-8">
        <Link to="/" className="flex items-center gap-2 text-quiet hover:text-ink">
          <ArrowLeft size={16} aria-hidden />
          To the flags
        </Link>
        <span className="flex items-center gap-2 font-semibold">
          <Lamp brightness={1} state="on" size={20} />
          Dimmer
        </span>
      </header>
      <main id="main" tabIndex={-1} className="flex-1 outline-none">
        <Outlet />
      </main>
    </div>
  );
}
