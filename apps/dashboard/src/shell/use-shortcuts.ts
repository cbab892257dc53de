/** Keys that work everywhere: Ctrl K or ⌘ K finds and does, / searches the list of the page, g f goes to the flags. */

import { useEffect } from "react";

/** Whether somebody is typing, whose keys are then theirs. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));

export function useShortcuts({ onPalette }: { readonly onPalette: () => void }): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        onPalette();
      } else if (event.key === "/" && !isTyping(event.target)) {
        const search = document.querySelector<HTMLInputElement>("input[type=search]");
        if (search === null) return;
        event.preventDefault();
        search.focus();
        search.select();
      }
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  });
}
