/** The smallest call through a connection, and what came of it. */

import type { FormEvent } from "react";
import { type ConnectionView } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { StatusLight } from "../ui/status-light.tsx";
import { sayTest } from "./say-connection.ts";
import { type ConnectionPlace, useConnectionAct } from "./use-connection-act.ts";

export interface TestDialogProps {
  readonly place: ConnectionPlace;
  readonly connection: ConnectionView;
  readonly onClose: () => void;
}

export function TestDialog({ place: { project, environment }, connection, onClose }: TestDialogProps) {
  const test = useConnectionAct({ project, environment }, async (model: string) => ({
    model,
    answer: await management.testConnection(project, environment, connection.id, model),
  }));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    test.mutate(fieldsOf(event.currentTarget)["model"]?.trim() ?? "");
  };
  return (
    <Dialog
      title={`Test ${connection.name}`}
      about="It asks a model for one word. That counts against the budget."
      isOpen
      onClose={onClose}
    >
      <form onSubmit={submit} className="flex flex-col gap-2">
        <TextField
          label="Model"
          name="model"
          required
          autoFocus
          spellCheck={false}
          autoComplete="off"
          maxLength={256}
          className="font-mono"
          placeholder={connection.format === "anthropic" ? "claude-sonnet-4-6" : "gpt-4o-mini"}
          problem={test.isError ? messageOf(test.error).about : undefined}
        />
        {test.data !== undefined && (
          <p role="status" className="mb-3 flex items-start gap-2 break-words">
            <span className="mt-1">
              <StatusLight status={test.data.answer.failure === null ? "healthy" : "danger"} />
            </span>
            <span className="min-w-0">{sayTest(test.data.model, test.data.answer)}</span>
          </p>
        )}
        <Button look="primary" type="submit" isBusy={test.isPending}>
          Ask
        </Button>
      </form>
    </Dialog>
  );
}
