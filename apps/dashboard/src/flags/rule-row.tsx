/** One rule as a sentence, with its place, which a mouse or the keyboard changes. */

import { ArrowDown, ArrowUp, GripVertical, Pencil, Trash2, Undo2 } from "lucide-react";
import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { type Rule, sayCondition, type Serve } from "@dimmer/evaluation";
import { Button, IconButton } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { useFlagPlace } from "./flag-place.ts";
import { peopleQuery } from "./flag-queries.ts";
import { peopleAt } from "./people-at.ts";
import { nameOfRule } from "./rule-order.ts";
import { ServeWords } from "./serve-words.tsx";

export interface RuleRowProps {
  readonly rule: Rule;
  readonly place: number;
  readonly count: number;
  /** Why it may not be edited. */
  readonly obstacle: string | undefined;
  /** It goes once that is saved. */
  readonly isRemoved: boolean;
  readonly isOpen: boolean;
  readonly isDragged: boolean;
  readonly onToggle: () => void;
  readonly onMove: (to: number) => void;
  readonly onRemove: () => void;
  readonly onDrag: (rule: string | undefined) => void;
  readonly onDropHere: () => void;
  /** The editor, while it is open. */
  readonly children: ReactNode;
}

export function RuleRow(props: RuleRowProps) {
  const { rule, place, obstacle, isRemoved, isOpen, isDragged, onToggle, onDrag, onDropHere, children } = props;
  const mayEdit = obstacle === undefined;
  return (
    // A mouse drops here; the keyboard has the two arrows.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        onDropHere();
      }}
      className={classNames("border-b border-line", isDragged && "opacity-50")}
    >
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1 py-3">
        <span
          draggable={mayEdit && !isOpen}
          onDragStart={(event) => {
            event.dataTransfer.effectAllowed = "move";
            event.dataTransfer.setData("text/plain", rule.id);
            onDrag(rule.id);
          }}
          onDragEnd={() => onDrag(undefined)}
          title={mayEdit ? "Drag to another place" : undefined}
          className={classNames("figures flex h-6 items-center gap-1 text-quiet", mayEdit && "cursor-grab")}
        >
          <GripVertical size={15} aria-hidden className="text-faint max-sm:hidden" />
          {place + 1}
        </span>
        <div className={classNames("flex min-w-0 flex-1 basis-60 flex-col", isRemoved && "line-through")}>
          {rule.name !== undefined && <h3 className="font-semibold break-words">{rule.name}</h3>}
          <p className="break-words">
            <ServeWords serve={rule.serve} />{" "}
            <span className="text-quiet">
              {rule.when === undefined ? "for everyone who gets this far" : `where ${sayCondition(rule.when)}`}
            </span>
          </p>
          <People rule={rule.id} />
        </div>
        <RuleActs {...props} onToggle={onToggle} />
      </div>
      {isOpen && !isRemoved && children}
    </li>
  );
}

function RuleActs({ rule, place, count, obstacle, isRemoved, isOpen, onToggle, onMove, onRemove }: RuleRowProps) {
  const name = nameOfRule(rule);
  const isHeld = obstacle !== undefined;
  if (isRemoved) {
    return (
      <Button look="bare" icon={<Undo2 size={15} />} aria-label={`Keep ${name}`} onClick={onRemove}>
        Keep
      </Button>
    );
  }
  return (
    <div className="flex items-center" title={obstacle}>
      <IconButton label={`Move ${name} up`} disabled={isHeld || place === 0} onClick={() => onMove(place - 1)}>
        <ArrowUp size={16} />
      </IconButton>
      <IconButton label={`Move ${name} down`} disabled={isHeld || place === count - 1} onClick={() => onMove(place + 1)}>
        <ArrowDown size={16} />
      </IconButton>
      <IconButton label={`Remove ${name}`} disabled={isHeld} onClick={onRemove}>
        <Trash2 size={16} />
      </IconButton>
      <Button look="bare" icon={<Pencil size={15} />} aria-expanded={isOpen} disabled={isHeld} onClick={onToggle}>
        {isOpen ? "Close" : "Edit"}
      </Button>
    </div>
  );
}

export interface DefaultRowProps {
  readonly serve: Serve;
  /** There is no rule before it. */
  readonly isOnly: boolean;
  readonly obstacle: string | undefined;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly children: ReactNode;
}

/** The last one, which always holds. */
export function DefaultRow({ serve, isOnly, obstacle, isOpen, onToggle, children }: DefaultRowProps) {
  return (
    <li className="border-b border-line">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1 py-3">
        <div className={classNames("flex min-w-0 flex-1 basis-60 flex-col", !isOnly && "sm:pl-9")}>
          <h3 className="font-semibold">{isOnly ? "Everyone" : "Everyone else"}</h3>
          <p className="break-words">
            <ServeWords serve={serve} />
          </p>
          <People rule="default" />
        </div>
        <Button
          look="bare"
          icon={<Pencil size={15} />}
          aria-expanded={isOpen}
          disabled={obstacle !== undefined}
          title={obstacle}
          onClick={onToggle}
        >
          {isOpen ? "Close" : "Edit"}
        </Button>
      </div>
      {isOpen && children}
    </li>
  );
}

function People({ rule }: { readonly rule: string }) {
  const { project, environment, flag } = useFlagPlace();
  const { data } = useQuery(peopleQuery(project.key, environment.key));
  const people = peopleAt(data, flag.key, rule);
  if (people === undefined) return null;
  return <p className="figures text-small text-quiet">About {people.toLocaleString("en")} people this week</p>;
}
