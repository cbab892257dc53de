/** One webhook: whether its messages are taken, the last of them, and what can be done. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { CreatedWebhook, DeliveryView, WebhookView } from "@dimmer/protocol";
import { EllipsisVertical, Send } from "lucide-react";
import { useState } from "react";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Menu } from "../ui/menu.tsx";
import { Problem, Waiting } from "../ui/page.tsx";
import { StatusLight } from "../ui/status-light.tsx";
import { Time } from "../ui/time.tsx";
import { say } from "../ui/toast.tsx";
import { sayDelivery, sayWebhook, statusOfWebhook } from "./say-delivery.ts";
import { deliveriesQuery } from "./webhook-queries.ts";

export interface WebhookRowProps {
  readonly project: string;
  readonly webhook: WebhookView;
  readonly mayEdit: boolean;
  /** A new secret, shown once. */
  readonly onSecret: (webhook: CreatedWebhook) => void;
}

export function WebhookRow({ project, webhook, mayEdit, onSecret }: WebhookRowProps) {
  const { id, url, createdAt, nextAt } = webhook;
  const [isOpen, setOpen] = useState(false);
  const deliveries = useQuery(deliveriesQuery(project, id));
  const test = useAct(project, () => management.testWebhook(project, id), sayResult);
  const rotate = useAct(project, () => management.rotateWebhook(project, id), onSecret);
  const remove = useAct(
    project,
    () => management.removeWebhook(project, id),
    () => say({ title: "Webhook removed", about: `Nothing is posted to ${new URL(url).host} any more.` }),
  );
  return (
    <li className="flex flex-col gap-3 border-b border-line py-4">
      <div className="flex items-start gap-3">
        <span className="mt-1.5">
          <StatusLight status={statusOfWebhook(webhook, deliveries.data?.[0])} />
        </span>
        <div className="min-w-0 flex-1">
          <p className="font-mono text-small leading-6 break-all">{url}</p>
          <p className="text-small text-quiet">
            {sayWebhook(webhook)}
            {nextAt !== null && (
              <>
                {" "}
                Next try <Time at={nextAt} />.
              </>
            )}{" "}
            Made <Time at={createdAt} />.
          </p>
        </div>
        {mayEdit && (
          <Menu
            trigger={
              <IconButton label="More to do with this webhook">
                <EllipsisVertical size={17} />
              </IconButton>
            }
            entries={[
              { label: "New secret", onSelect: () => rotate.mutate() },
              { label: "Remove", isDanger: true, onSelect: () => remove.mutate() },
            ]}
          />
        )}
      </div>
      <div className="flex flex-wrap gap-2 pl-5.5">
        <Button icon={<Send size={16} />} isBusy={test.isPending} disabled={!mayEdit} onClick={() => test.mutate()}>
          Send a test
        </Button>
        <Button look="bare" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Hide messages" : "Last messages"}
        </Button>
      </div>
      {isOpen && deliveries.isError && <Problem error={deliveries.error} onRetry={() => void deliveries.refetch()} />}
      {isOpen && deliveries.isPending && <Waiting rows={2} />}
      {isOpen && deliveries.data?.length === 0 && <p className="pl-5.5 text-small text-quiet">No message was sent yet.</p>}
      {isOpen && deliveries.data !== undefined && (
        <ol className="pl-5.5">
          {deliveries.data.map((delivery) => (
            <DeliveryRow key={delivery.id} project={project} webhook={id} delivery={delivery} mayEdit={mayEdit} />
          ))}
        </ol>
      )}
    </li>
  );
}

interface DeliveryRowProps {
  readonly project: string;
  readonly webhook: string;
  readonly delivery: DeliveryView;
  readonly mayEdit: boolean;
}

function DeliveryRow({ project, webhook, delivery, mayEdit }: DeliveryRowProps) {
  const again = useAct(project, () => management.redeliver(project, webhook, delivery.id), sayResult);
  return (
    <li className="flex flex-wrap items-center gap-x-4 border-t border-line py-1.5">
      <p className="min-w-0 flex-1 basis-56 text-small">
        <span className={delivery.state === "delivered" ? "" : "text-danger"}>{sayDelivery(delivery)}</span>{" "}
        <span className="text-quiet">
          <Time at={delivery.at} />
        </span>
      </p>
      {(delivery.change !== null || delivery.notice !== null) && mayEdit && (
        <Button look="bare" isBusy={again.isPending} onClick={() => again.mutate()}>
          Send again
        </Button>
      )}
    </li>
  );
}

const sayResult = (delivery: DeliveryView): void =>
  say({
    title: delivery.state === "delivered" ? "It was taken" : "It was not taken",
    about: sayDelivery(delivery),
    isProblem: delivery.state !== "delivered",
  });

/** Does something with a webhook, says what became of it and reads all of them anew. */
function useAct<T>(project: string, act: () => Promise<T>, onDone: (result: T) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: onDone,
    onError: (error) => say({ ...messageOf(error), isProblem: true }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["project", project, "webhooks"] }),
  });
}
