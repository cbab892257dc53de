/** A project with two environments on the real store in memory, for the tests of the write path. */

import type { FlagDefinition, FlagEnvironment } from "@dimmer/evaluation";
import { type ChangeResult, type Operation, ROLES } from "@dimmer/protocol";
import { openSqliteStore } from "../storage/dialects/sqlite.ts";
import type { FlagRecord } from "../storage/store.ts";
import { applyChange, type Author, type ChangeOrder, type ChangePorts } from "./apply-change.ts";

export const PROJECT = "shop";
const everything = { role: "owner", rights: ROLES.owner };
/** Acts by itself, so that its grants are those given here and no key has to be kept for it. */
export const ANYONE: Author = {
  actor: { kind: "system", id: "system_1", name: "deploy key" },
  grants: [{ ...everything, project: null, environment: null }],
};
export const inEnvironment = (environment: string): Author => ({
  ...ANYONE,
  grants: [{ ...everything, project: PROJECT, environment }],
});

export interface TestProject {
  readonly ports: ChangePorts;
  /** Every call of `committed`, in order. */
  readonly committed: Readonly<Record<string, number>>[];
  apply(operations: readonly Operation[], more?: Partial<ChangeOrder>, author?: Author): Promise<ChangeResult>;
  flag(key: string): Promise<FlagRecord>;
  config(key: string, environment?: string): Promise<FlagEnvironment>;
  version(environment?: string): Promise<number>;
  auditRows(): Promise<number>;
}

export async function openTestProject(environments: readonly string[] = ["production", "staging"]): Promise<TestProject> {
  const store = await openSqliteStore({ path: ":memory:" });
  const committed: Record<string, number>[] = [];
  let now = 1_000_000;
  let drawn = 0;
  const ports: ChangePorts = {
    store,
    clock: () => (now += 1_000),
    random: (bytes) =>
      Buffer.from(
        (++drawn)
          .toString(16)
          .padStart(bytes * 2, "0")
          .slice(-bytes * 2),
        "hex",
      ),
    auditKey: Buffer.alloc(32, 7),
    committed: (_project, versions) => committed.push({ ...versions }),
  };
  await store.transaction(async (tx) => {
    await tx.putProject({ key: PROJECT, name: "Shop", createdAt: 0 });
    for (const key of environments) {
      const more = {
        name: key,
        production: key === "production",
        requireReview: 0,
        requireEvals: [],
        epoch: `epoch-${key}`,
        version: 0,
        createdAt: 0,
      };
      await tx.putEnvironment({ project: PROJECT, key, ...more });
    }
  });
  const project: TestProject = {
    ports,
    committed,
    apply: (operations, more = {}, author = ANYONE) =>
      applyChange(ports, author, { project: PROJECT, operations, reason: null, source: "api", ...more }),
    async flag(key) {
      const record = await store.getFlag(PROJECT, key);
      if (record === null) throw new Error(`no flag ${key}`);
      return record;
    },
    async config(key, environment = "production") {
      const config = (await project.flag(key)).environments[environment]?.config;
      if (config === undefined) throw new Error(`no ${key} in ${environment}`);
      return config;
    },
    version: async (environment = "production") => (await store.getEnvironment(PROJECT, environment))?.version ?? -1,
    auditRows: async () => (await store.getAuditHead(`project/${PROJECT}`))?.sequence ?? 0,
  };
  return project;
}

/** Three variants, one of them the fallback; a split by plan, then another for everyone. */
export const SUMMARIZER: FlagDefinition = {
  description: "Which model writes summaries",
  type: "object",
  purpose: "release",
  owner: "search-team",
  removeBy: "2027-03-01",
  schema: "ai-config",
  variants: {
    opus: { value: { provider: "anthropic", model: "claude-opus-4-6", instructions: "Summarise." } },
    sonnet: { value: { provider: "anthropic", model: "claude-sonnet-4-6", instructions: "Summarise." } },
    plain: { value: { reply: "Summaries are resting." } },
  },
  environments: {
    production: {
      enabled: true,
      fallback: "plain",
      targets: { opus: ["user-7"] },
      rules: [{ id: "paid", when: { plan: ["pro", "enterprise"] }, serve: { split: { opus: 10, sonnet: 90 } } }],
      default: { split: { opus: 0, sonnet: 100 } },
    },
    staging: { enabled: true, fallback: "plain", default: { variant: "opus" } },
  },
};

/** On for everyone, in both environments. */
export const SWITCH: FlagDefinition = {
  type: "boolean",
  purpose: "kill-switch",
  owner: "platform",
  permanent: true,
  environments: {
    production: { enabled: true, fallback: "off", default: { variant: "on" } },
    staging: { enabled: true, fallback: "off", default: { variant: "on" } },
  },
};

export const create = (flag: string, definition: FlagDefinition): Operation => ({ kind: "create-flag", flag, definition });
export const P = { flag: "summarizer", environment: "production" } as const;
