/** The demo project: one flag for each of the four jobs. */

import type { FlagDefinition } from "@dimmer/evaluation";
import { INSTALLER } from "./access/initial-keys.ts";
import type { FirstProject } from "./environments/installation.ts";
import { applyChange } from "./flags/apply-change.ts";
import type { ManagementPorts } from "./ports.ts";

export const DEMO_PROJECT = {
  project: { key: "demo", name: "Demo" },
  environment: { key: "production", name: "Production", production: true },
} as const satisfies FirstProject;

/** Adds the demo's flags to a demo project in which nobody has changed anything yet. */
export async function addDemo(ports: ManagementPorts): Promise<void> {
  const project = DEMO_PROJECT.project.key;
  if ((await ports.store.getProject(project)) === null || (await ports.store.lastChangeSequence(project)) > 0) return;
  await applyChange(ports, INSTALLER, {
    project,
    operations: Object.entries(DEMO_FLAGS).map(([flag, definition]) => ({ kind: "create-flag", flag, definition })),
    reason: "The demo project",
    source: "system",
  });
}

const ask = (role: string, content: string) => ({ role, content });
const SUMMARIZE = [ask("system", "Summarize the text in three sentences."), ask("user", "{{ text }}")];

export const DEMO_FLAGS: Readonly<Record<string, FlagDefinition>> = {
  summarizer: {
    description: "Which model writes summaries: ramped from one model to the next",
    tags: ["ai", "search"],
    type: "object",
    purpose: "release",
    owner: "search-team",
    removeBy: "2027-06-30",
    variants: {
      opus: { value: { provider: "anthropic", model: "claude-opus-4-6", messages: SUMMARIZE, parameters: { maxTokens: 800 } } },
      sonnet: {
        value: { provider: "anthropic", model: "claude-sonnet-4-6", messages: SUMMARIZE, parameters: { maxTokens: 800 } },
      },
      plain: { value: { reply: "Summaries are resting. Here is the full text." } },
    },
    environments: {
      production: { enabled: true, fallback: "plain", default: { split: { opus: 10, sonnet: 90 } } },
    },
  },
  "ai-enabled": {
    description: "The switch for everything that calls a model",
    tags: ["ai"],
    type: "boolean",
    purpose: "kill-switch",
    owner: "platform-team",
    permanent: true,
    environments: {
      production: { enabled: true, fallback: "off", default: { variant: "on" } },
    },
  },
  "chat-model": {
    description: "Two models side by side, half the people each",
    tags: ["ai", "chat"],
    type: "string",
    purpose: "experiment",
    owner: "chat-team",
    removeBy: "2027-03-31",
    variants: { control: { value: "gpt-5-mini" }, treatment: { value: "claude-sonnet-4-6" } },
    environments: {
      production: { enabled: true, fallback: "control", default: { split: { control: 50, treatment: 50 } } },
    },
  },
  "frontier-tier": {
    description: "The best model for those who pay for it, and nobody else",
    tags: ["ai", "billing"],
    type: "string",
    purpose: "entitlement",
    owner: "billing-team",
    permanent: true,
    variants: {
      frontier: { value: "claude-opus-4-6", only: { plan: ["pro", "enterprise"] } },
      standard: { value: "claude-haiku-4-5" },
    },
    environments: {
      production: {
        enabled: true,
        fallback: "standard",
        rules: [{ id: "paid", name: "Paying customers", when: { plan: ["pro", "enterprise"] }, serve: { variant: "frontier" } }],
        default: { variant: "standard" },
      },
    },
  },
};
