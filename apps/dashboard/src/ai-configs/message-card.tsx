/** One message: who says it, what it says, and its place among the others. */

import { ArrowDown, ArrowUp, GripVertical, ImagePlus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { JsonValue } from "@dimmer/evaluation";
import { IconButton } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { CompactSelect } from "../ui/field.tsx";
import { withField } from "../ui/json-object.ts";
import { isTextMessage, type Part, ROLES } from "./config-shape.ts";
import { useConfigForm } from "./config-form.ts";
import { JsonField } from "./json-field.tsx";
import { PartList } from "./part-list.tsx";
import { PromptArea } from "./prompt-area.tsx";
import { SaidWords } from "./said-words.tsx";

export interface MessageCardProps {
  readonly at: number;
  readonly count: number;
  readonly message: JsonValue;
  readonly isDragged: boolean;
  readonly onChange: (message: JsonValue) => void;
  readonly onMove: (to: number) => void;
  readonly onRemove: () => void;
  readonly onDrag: (at: number | undefined) => void;
  readonly onDropHere: () => void;
}

export function MessageCard(props: MessageCardProps) {
  const { at, message, isDragged, onChange, onDropHere } = props;
  const place = `/messages/${at}`;
  const [isOver, setOver] = useState(false);
  return (
    // A mouse drops here; the keyboard has the two arrows.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onDropHere();
      }}
      className={classNames(
        "rounded-control border bg-surface transition-colors duration-150 focus-within:border-line-strong",
        isOver ? "border-light" : "border-line",
        isDragged && "opacity-50",
      )}
    >
      <Head {...props} />
      {!isTextMessage(message) ? (
        <div className="p-3">
          <JsonField label={`Message ${at + 1}`} place={place} value={message} onChange={onChange} />
        </div>
      ) : typeof message.content === "string" ? (
        <PromptArea
          label={`What message ${at + 1} says`}
          place={`${place}/content`}
          text={message.content}
          placeholder="What it says. {{ text }} is filled by the app."
          onChange={(content) => onChange(withField(message, "content", content))}
        />
      ) : (
        <PartList
          at={at}
          parts={message.content}
          onChange={(parts) => onChange(withField(message, "content", contentOf(parts)))}
        />
      )}
      {isTextMessage(message) && (
        <div className="px-3 pb-2 empty:hidden">
          <SaidWords place={place} />
        </div>
      )}
    </li>
  );
}

/** A single text needs no parts. */
function contentOf(parts: readonly Part[]): JsonValue {
  const [only, ...others] = parts;
  return only?.type === "text" && others.length === 0 ? only.text : parts.map((part) => ({ ...part }));
}

function Head({ at, count, message, onChange, onMove, onRemove, onDrag }: MessageCardProps) {
  const { isReadOnly } = useConfigForm();
  const isText = isTextMessage(message);
  return (
    <div className="flex items-center gap-1 border-b border-line px-1.5 py-1">
      <span
        draggable={!isReadOnly}
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = "move";
          event.dataTransfer.setData("text/plain", String(at));
          onDrag(at);
        }}
        onDragEnd={() => onDrag(undefined)}
        title={isReadOnly ? undefined : "Drag to another place"}
        className={classNames("flex h-9 items-center px-1 text-faint max-sm:hidden", !isReadOnly && "cursor-grab")}
      >
        <GripVertical size={15} aria-hidden />
      </span>
      {isText ? (
        <CompactSelect
          label={`Who says message ${at + 1}`}
          value={message.role}
          disabled={isReadOnly}
          onChange={({ target }) => onChange(withField(message, "role", target.value))}
          choices={rolesWith(message.role)}
          className="h-8 border-transparent bg-transparent px-2 font-semibold"
        />
      ) : (
        <span className="px-2 font-semibold">Message {at + 1}</span>
      )}
      {isText && message.name !== undefined && <span className="truncate text-small text-quiet">called {message.name}</span>}
      <span className="flex-1" />
      {!isReadOnly && (
        <>
          {isText && (
            <IconButton
              label={`Add an image to message ${at + 1}`}
              className="size-8"
              onClick={() => onChange(withField(message, "content", [...partsOf(message.content), { type: "image", url: "" }]))}
            >
              <ImagePlus size={16} />
            </IconButton>
          )}
          <IconButton
            label={`Move message ${at + 1} up`}
            data-move="up"
            className="size-8"
            disabled={at === 0}
            onClick={() => onMove(at - 1)}
          >
            <ArrowUp size={16} />
          </IconButton>
          <IconButton
            label={`Move message ${at + 1} down`}
            data-move="down"
            className="size-8"
            disabled={at === count - 1}
            onClick={() => onMove(at + 1)}
          >
            <ArrowDown size={16} />
          </IconButton>
          <IconButton label={`Remove message ${at + 1}`} className="size-8" onClick={onRemove}>
            <Trash2 size={16} />
          </IconButton>
        </>
      )}
    </div>
  );
}

const partsOf = (content: string | readonly Part[]): { readonly [field: string]: string }[] =>
  typeof content === "string" ? [{ type: "text", text: content }] : content.map((part) => ({ ...part }));

/** A role that the form does not know stays to be seen. */
const rolesWith = (role: string) =>
  [...new Set([...Object.keys(ROLES), role])].map((value) => ({ value, label: ROLES[value] ?? value }));
