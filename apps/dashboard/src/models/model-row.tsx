/** One model, or all of a provider: how far it reaches; open, where it is used, what people would get instead, and its kill. */

import { ChevronRight } from "lucide-react";
import type { ModelQuery, ModelUse } from "@dimmer/protocol";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { classNames } from "../ui/class-names.ts";
import { isLive, sayReach } from "./group-uses.ts";
import { ModelPanel } from "./model-panel.tsx";

export interface ModelRowProps {
  readonly title: string;
  readonly uses: readonly ModelUse[];
  readonly query: ModelQuery;
  /** The whole provider, and no model's name. */
  readonly isAll?: boolean;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

export function ModelRow({ title, uses, query, isAll = false, isOpen, onToggle }: ModelRowProps) {
  const { project } = useEnvironmentPlace();
  const nameOf = (key: string) => project.environments.find((one) => one.key === key)?.name ?? key;
  return (
    <li className="border-b border-line">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onToggle}
        className="flex min-h-12 w-full flex-wrap items-center gap-x-4 gap-y-1 py-2 text-left hover:bg-surface"
      >
        <ChevronRight
          size={16}
          aria-hidden
          className={classNames("shrink-0 text-faint transition-transform duration-150", isOpen && "rotate-90")}
        />
        <span
          className={classNames(
            "block min-w-0 flex-1 basis-40 break-all",
            isAll ? "text-quiet first-letter:uppercase" : "font-mono font-semibold",
          )}
        >
          {title}
        </span>
        <span className={classNames("text-small", uses.some(isLive) ? "text-ink" : "text-quiet")}>{sayReach(uses, nameOf)}</span>
      </button>
      {isOpen && <ModelPanel title={title} uses={uses} query={query} />}
    </li>
  );
}
