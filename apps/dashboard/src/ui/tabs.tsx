/** One of several views of the same thing. */

import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";

export interface TabChoice {
  readonly id: string;
  readonly label: string;
}

export interface TabsProps {
  readonly label: string;
  readonly tabs: readonly TabChoice[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
  /** The chosen view. */
  readonly children: ReactNode;
}

export function Tabs({ label, tabs, chosen, onChoose, children }: TabsProps) {
  return (
    <Base.Root value={chosen} onValueChange={(id) => onChoose(String(id))} className="flex flex-col gap-4">
      <Base.List aria-label={label} className="flex gap-1 overflow-x-auto border-b border-line">
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.id}
            value={tab.id}
            className="-mb-px h-10 shrink-0 border-b-2 border-transparent px-3 text-quiet transition-colors duration-150 hover:text-ink aria-selected:border-light aria-selected:font-semibold aria-selected:text-ink"
          >
            {tab.label}
          </Base.Tab>
        ))}
      </Base.List>
      <Base.Panel value={chosen} className="flex flex-col gap-4 outline-offset-4">
        {children}
      </Base.Panel>
    </Base.Root>
  );
}
