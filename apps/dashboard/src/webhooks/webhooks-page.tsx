/** Webhooks: changes, rollouts and alerts, posted to an address of yours, signed; and what became of each message. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { type CreatedWebhook, type WebhookEvents, WebhookFormat, type WebhookRequest } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { useMay } from "../session/session.ts";
import { usePlace } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { Copyable } from "../ui/copyable.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { CheckField, SelectField, TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { Empty, Page, Problem, Waiting } from "../ui/page.tsx";
import { WEBHOOK_EVENTS } from "./say-delivery.ts";
import { webhooksQuery } from "./webhook-queries.ts";
import { WebhookRow } from "./webhook-row.tsx";

export function WebhooksPage() {
  const { project } = usePlace();
  const webhooks = useQuery(webhooksQuery(project.key));
  const mayEdit = useMay("webhook.edit", project.key, null);
  const [isCreating, setCreating] = useState(false);
  const [made, setMade] = useState<CreatedWebhook>();
  const create = mayEdit ? (
    <Button look="primary" icon={<Plus size={17} />} onClick={() => setCreating(true)}>
      New webhook
    </Button>
  ) : undefined;
  return (
    <Page title="Webhooks" lead="Changes, rollouts and alerts, posted to an address of yours and signed." acts={create}>
      {webhooks.isError && <Problem error={webhooks.error} onRetry={() => void webhooks.refetch()} />}
      {webhooks.isPending && <Waiting rows={3} />}
      {webhooks.data?.length === 0 && (
        <Empty title="No webhook yet" act={create}>
          Tell a chat room, a pipeline or a cache of yours that a flag has changed, or that something needs a look. Messages are
          signed, tried again for a day, and never hold a prompt or another value.
        </Empty>
      )}
      {webhooks.data !== undefined && webhooks.data.length > 0 && (
        <ul className="border-t border-line">
          {webhooks.data.map((webhook) => (
            <WebhookRow key={webhook.id} project={project.key} webhook={webhook} mayEdit={mayEdit} onSecret={setMade} />
          ))}
        </ul>
      )}
      {isCreating && (
        <NewWebhook
          project={project.key}
          onClose={() => setCreating(false)}
          onMade={(webhook) => {
            setCreating(false);
            setMade(webhook);
          }}
        />
      )}
      {made !== undefined && (
        <Dialog
          title="The secret of the webhook"
          about="Take it now: it is shown this once. The receiver checks with it that a message is from here."
          isOpen
          onClose={() => setMade(undefined)}
        >
          <div className="flex flex-col gap-4">
            <Copyable text={made.secret} what="the secret" autoFocus />
            <Button look="primary" onClick={() => setMade(undefined)}>
              I have it
            </Button>
          </div>
        </Dialog>
      )}
    </Page>
  );
}

const FORMATS = [
  { value: "standard", label: "Standard Webhooks" },
  { value: "slack", label: "Slack" },
];

interface NewWebhookProps {
  readonly project: string;
  readonly onClose: () => void;
  readonly onMade: (webhook: CreatedWebhook) => void;
}

function NewWebhook({ project, onClose, onMade }: NewWebhookProps) {
  const queries = useQueryClient();
  const [events, setEvents] = useState<WebhookEvents[]>(["changes"]);
  const create = useMutation({
    mutationFn: (webhook: WebhookRequest) => management.createWebhook(project, webhook),
    onSuccess: async (webhook) => {
      await queries.invalidateQueries({ queryKey: ["project", project, "webhooks"] });
      onMade(webhook);
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { url = "", format } = fieldsOf(event.currentTarget);
    create.mutate({ url: url.trim(), events, format: WebhookFormat.parse(format) });
  };
  return (
    <Dialog title="New webhook" about="Of this project, from now on." isOpen onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-2">
        <TextField
          label="Address"
          name="url"
          type="url"
          required
          autoFocus
          maxLength={2_048}
          placeholder="https://hooks.example.com/dimmer"
          hint="https, at a public address."
          problem={create.isError ? messageOf(create.error).about : undefined}
        />
        <SelectField
          label="Format"
          name="format"
          choices={FORMATS}
          hint="For Slack, give the address of an incoming webhook of theirs."
        />
        <fieldset className="mb-3 flex flex-col gap-2">
          <legend className="mb-1 text-small font-semibold">What is posted</legend>
          {WEBHOOK_EVENTS.map(({ value, label }) => (
            <CheckField
              key={value}
              label={label}
              checked={events.includes(value)}
              onChange={({ target }) => setEvents(target.checked ? [...events, value] : events.filter((one) => one !== value))}
            />
          ))}
        </fieldset>
        <Button look="primary" type="submit" isBusy={create.isPending} disabled={events.length === 0}>
          Create webhook
        </Button>
      </form>
    </Dialog>
  );
}
