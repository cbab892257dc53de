/** Webhooks and the last messages of one. */

import { queryOptions } from "@tanstack/react-query";
import { management } from "../api/client.ts";

export const webhooksQuery = (project: string) =>
  queryOptions({ queryKey: ["project", project, "webhooks"], queryFn: () => management.listWebhooks(project) });

export const deliveriesQuery = (project: string, webhook: string) =>
  queryOptions({
    queryKey: ["project", project, "webhooks", webhook, "deliveries"],
    queryFn: () => management.listDeliveries(project, webhook),
  });
