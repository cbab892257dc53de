/** Finds flags and pages by a few letters, and goes there. */

import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, type ReactNode, useMemo, useState } from "react";
import { summariesQuery } from "../flags/flag-queries.ts";
import { useTurning } from "../rollouts/use-turning.ts";
import { classNames } from "../ui/class-names.ts";
import { Lamp } from "../ui/lamp.tsx";
import type { ProjectPage } from "./pages.ts";
import { usePlace } from "./projects-query.ts";

const SHOWN = 12;

interface Entry {
  readonly id: string;
  readonly label: string;
  readonly about: string;
  readonly icon: ReactNode;
  readonly go: () => void;
}

export interface CommandPaletteProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly project: string;
  readonly pages: readonly ProjectPage[];
}

export function CommandPalette({ isOpen, onClose, project, pages }: CommandPaletteProps) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-[rgb(12_10_8_/_0.5)]" />
        <Dialog.Popup
          aria-label="Find or do"
          className="floats fixed inset-x-4 top-[10dvh] z-50 mx-auto max-w-xl overflow-hidden rounded-control border border-line bg-raised shadow-float"
        >
          <Finder project={project} pages={pages} onClose={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Finder({ project, pages, onClose }: Omit<CommandPaletteProps, "isOpen">) {
  const [asked, setAsked] = useState("");
  const [at, setAt] = useState(0);
  const navigate = useNavigate();
  const { environment } = usePlace();
  const { data: flags = [] } = useQuery({
    ...summariesQuery(project, environment?.key ?? ""),
    enabled: environment !== undefined,
  });
  const turning = useTurning(project, environment?.key ?? "");
  const entries = useMemo<readonly Entry[]>(
    () => [
      ...pages.map(({ label, to, icon: Icon }) => ({
        id: to,
        label,
        about: "Page",
        icon: <Icon size={16} aria-hidden />,
        go: () => void navigate({ to, params: { project } }),
      })),
      ...flags
        .filter(({ archived }) => !archived)
        .map(({ key, serving, brightness, state }) => ({
          id: `flag/${key}`,
          label: key,
          about: serving.join("; "),
          icon: <Lamp brightness={brightness} state={state} isTurning={turning.has(key)} />,
          go: () => void navigate({ to: "/projects/$project/flags/$flag", params: { project, flag: key } }),
        })),
    ],
    [pages, flags, turning, navigate, project],
  );
  const found = useMemo(() => find(entries, asked), [entries, asked]);
  const choose = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    onClose();
    entry.go();
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") choose(found[at]);
    else if (step !== undefined) setAt((now) => (now + step + found.length) % Math.max(1, found.length));
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        autoFocus
        type="text"
        role="combobox"
        aria-label="Find a flag or page"
        aria-expanded
        aria-controls="found"
        aria-activedescendant={found[at] === undefined ? undefined : `found-${at}`}
        placeholder="Find a flag or page"
        value={asked}
        onChange={({ target }) => {
          setAsked(target.value);
          setAt(0);
        }}
        onKeyDown={press}
        className="h-14 w-full border-b border-line bg-transparent px-4 outline-none placeholder:text-faint"
      />
      <div id="found" role="listbox" aria-label="Found" className="max-h-[50dvh] overflow-y-auto p-1">
        {found.map((entry, index) => (
          // The keyboard chooses in the field above, as a combobox does.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={entry.id}
            id={`found-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onPointerMove={() => setAt(index)}
            onClick={() => choose(entry)}
            className={classNames("flex h-10 cursor-pointer items-center gap-3 rounded-[4px] px-3", index === at && "bg-ground")}
          >
            {entry.icon}
            <span className="truncate font-semibold">{entry.label}</span>
            <span className="truncate text-small text-quiet">{entry.about}</span>
          </div>
        ))}
        {found.length === 0 && <p className="px-3 py-6 text-quiet">Nothing is called that.</p>}
      </div>
    </>
  );
}

/** Those that begin with what was asked first, then those that hold it. */
function find(entries: readonly Entry[], asked: string): readonly Entry[] {
  const wanted = asked.trim().toLowerCase();
  const begins = entries.filter(({ label }) => label.toLowerCase().startsWith(wanted));
  const holds = entries.filter(({ label }) => !label.toLowerCase().startsWith(wanted) && label.toLowerCase().includes(wanted));
  return [...begins, ...holds].slice(0, SHOWN);
}
