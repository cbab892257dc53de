/** The side bar where the page is too narrow for it: opened over the page, with the focus in it, and closed by Escape or by going somewhere. */

import { type RefObject, useEffect, useState } from "react";

export interface SideMenu {
  readonly isOpen: boolean;
  readonly open: () => void;
  readonly close: () => void;
}

/** Shape: open for the page it was opened on, so that going somewhere closes it; the focus goes back to where it came from. */
export function useSideMenu(path: string, sideBar: RefObject<HTMLElement | null>): SideMenu {
  const [openOn, setOpenOn] = useState<string>();
  const isOpen = openOn === path;
  useEffect(() => {
    if (!isOpen) return undefined;
    const before = document.activeElement;
    const press = ({ key }: KeyboardEvent) => {
      if (key === "Escape") setOpenOn(undefined);
    };
    sideBar.current?.querySelector("a")?.focus();
    window.addEventListener("keydown", press);
    return () => {
      window.removeEventListener("keydown", press);
      if (before instanceof HTMLElement) before.focus();
    };
  }, [isOpen, sideBar]);
  return { isOpen, open: () => setOpenOn(path), close: () => setOpenOn(undefined) };
}
