/** Messages as cards, in an order that a mouse or the keyboard changes. */

import { useEffect, useRef, useState } from "react";
import type { JsonValue } from "@dimmer/evaluation";
import { moveItem, withItem, withoutItem } from "../ui/json-object.ts";
import { MessageCard } from "./message-card.tsx";

export interface MessageListProps {
  readonly messages: readonly JsonValue[];
  readonly onChange: (messages: readonly JsonValue[]) => void;
}

interface Move {
  readonly to: number;
  readonly direction: "up" | "down";
}

export function MessageList({ messages, onChange }: MessageListProps) {
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<number>();
  const [move, setMove] = useState<Move>();
  // Messages have no names, so cards stay where they are and what they say moves: the focus goes along with it.
  useEffect(() => {
    if (move === undefined) return;
    const buttons = list.current?.children[move.to]?.querySelectorAll<HTMLButtonElement>("[data-move]:enabled") ?? [];
    const [first, second] = [...buttons].sort((one) => (one.dataset["move"] === move.direction ? -1 : 1));
    (first ?? second)?.focus();
  }, [move]);
  const moveTo = (from: number, to: number) => {
    onChange(moveItem(messages, from, to));
    setMove({ to, direction: to < from ? "up" : "down" });
  };
  return (
    <ol ref={list} aria-label="Messages" className="flex flex-col gap-3">
      {messages.map((message, at) => (
        <MessageCard
          // oxlint-disable-next-line react/no-array-index-key
          key={at}
          at={at}
          count={messages.length}
          message={message}
          isDragged={dragged === at}
          onChange={(next) => onChange(withItem(messages, at, next))}
          onMove={(to) => moveTo(at, to)}
          onRemove={() => onChange(withoutItem(messages, at))}
          onDrag={setDragged}
          onDropHere={() => {
            if (dragged !== undefined && dragged !== at) onChange(moveItem(messages, dragged, at));
            setDragged(undefined);
          }}
        />
      ))}
    </ol>
  );
}
