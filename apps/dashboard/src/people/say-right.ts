/** Rights in words, in the order in which somebody reads them who makes a role. */

import type { Right } from "@dimmer/protocol";

export const RIGHT_WORDS: Readonly<Record<Right, string>> = {
  read: "See flags, environments, history and numbers",
  "audit.read": "Read the audit log",
  "metrics.read": "Read what the server counts about itself",
  "flag.edit": "Create, edit and archive flags and their variants",
  "rule.edit": "Edit rules, named people, fallback and what is served",
  "split.edit": "Turn shares",
  "prompt.edit": "Draft values and prompts",
  "eval.push": "Push eval reports",
  "experiment.edit": "Plan, start, end and ship experiments",
  "rollout.edit": "Start, pause and end guarded rollouts",
  publish: "Publish values, and go back to earlier ones",
  "schedule.edit": "Plan changes for later",
  "segment.edit": "Edit segments",
  "context.edit": "Declare attributes of the context",
  "flag.kill": "Kill flags and stop variants",
  "flag.restore": "Restore what was killed or stopped",
  "alert.edit": "Acknowledge and resolve alerts",
  "link.edit": "Make and revoke kill links",
  review: "Approve and reject reviews",
  "key.edit": "Make and revoke keys",
  "token.create": "Make override tokens, which show chosen variants",
  "webhook.edit": "Edit webhooks",
  "connection.edit": "Keep the credentials with which Dimmer calls models",
  "playground.run": "Call models in the playground",
  "watch.edit": "Say how drift is watched, which canary prompts run, and when fallbacks are drilled",
  "environment.edit": "Edit environments, and say which ones ask for review",
  "project.edit": "Create and rename projects",
  "people.edit": "Invite people, and say what they may do",
  "role.edit": "Make and edit roles",
  "person.erase": "Erase what was stored of a person",
  backup: "Take the whole installation away as a backup",
};

export interface RightGroup {
  readonly title: string;
  readonly rights: readonly Right[];
}

export const RIGHT_GROUPS: readonly RightGroup[] = [
  { title: "See", rights: ["read", "audit.read", "metrics.read"] },
  {
    title: "Change what people get",
    rights: [
      "flag.edit",
      "rule.edit",
      "split.edit",
      "prompt.edit",
      "eval.push",
      "experiment.edit",
      "rollout.edit",
      "publish",
      "schedule.edit",
      "segment.edit",
      "context.edit",
    ],
  },
  { title: "Try", rights: ["playground.run"] },
  { title: "Turn off and back on", rights: ["flag.kill", "flag.restore", "alert.edit", "link.edit"] },
  {
    title: "Look after a project",
    rights: [
      "review",
      "watch.edit",
      "key.edit",
      "token.create",
      "webhook.edit",
      "connection.edit",
      "environment.edit",
      "project.edit",
    ],
  },
  { title: "Look after everybody", rights: ["people.edit", "role.edit", "person.erase", "backup"] },
];

/** "See flags, environments, history and numbers. Turn shares." */
export const sayRights = (rights: readonly Right[]): string =>
  RIGHT_GROUPS.flatMap((group) => group.rights)
    .filter((right) => rights.includes(right))
    .map((right) => `${RIGHT_WORDS[right]}.`)
    .join(" ");
