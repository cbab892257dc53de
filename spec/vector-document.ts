/** The flags that the vectors ask. */

import type { FlagDocument } from "@dimmer/evaluation";

const about = { purpose: "release", owner: "vectors", permanent: true } as const;
const models = {
  opus: { value: { model: "opus" }, only: { plan: ["pro", "enterprise"] } },
  sonnet: { value: { model: "sonnet" } },
  plain: { value: { reply: "resting" } },
};

export const DOCUMENT: FlagDocument = {
  version: 1,
  segments: {
    beta: {
      environments: { production: { include: ["user-1"], exclude: ["user-2"], when: { email: { endsWith: "@example.org" } } } },
    },
  },
  flags: {
    static: {
      ...about,
      type: "boolean",
      environments: { production: { enabled: true, fallback: "off", default: { variant: "on" } } },
    },
    killed: {
      ...about,
      type: "boolean",
      environments: { production: { enabled: false, fallback: "off", default: { variant: "on" } } },
    },
    half: {
      ...about,
      type: "boolean",
      environments: { production: { enabled: true, fallback: "off", default: { split: { on: 50, off: 50 } } } },
    },
    fine: {
      ...about,
      type: "number",
      variants: { one: { value: 1 }, two: { value: 2 }, three: { value: 3 } },
      environments: {
        production: {
          enabled: true,
          fallback: "one",
          default: { split: { one: 33.333, two: 33.333, three: 33.334 }, by: "organization.id" },
        },
      },
    },
    summarizer: {
      ...about,
      type: "object",
      variants: models,
      environments: {
        production: {
          enabled: true,
          fallback: [{ when: { region: "us" }, variant: "sonnet" }, { variant: "plain" }],
          requires: [{ flag: "static", variant: "on" }],
          pin: { by: "sessionId", for: "24h" },
          targets: { opus: ["user-7"] },
          rules: [
            { id: "eu", when: { region: "eu" }, serve: { variant: "sonnet" } },
            {
              id: "new",
              when: { version: { semver: { gte: "2.3.0", lt: "3.0.0" } }, not: { segment: "beta" } },
              serve: { variant: "opus" },
            },
            {
              id: "paid",
              when: { any: [{ plan: ["pro", "enterprise"] }, { ip: { cidr: "10.0.0.0/8" } }] },
              serve: { split: { opus: 10, sonnet: 90 }, else: "sonnet" },
            },
          ],
          default: { variant: "sonnet" },
        },
      },
    },
    waiting: {
      ...about,
      type: "boolean",
      environments: {
        production: {
          enabled: true,
          fallback: [{ when: { plan: "pro" }, variant: "off" }],
          requires: [{ flag: "killed", variant: ["on", "off"] }],
          default: { variant: "on" },
        },
      },
    },
    stopped: {
      ...about,
      type: "string",
      variants: { a: { value: "a" }, b: { value: "b" } },
      environments: {
        production: { enabled: true, fallback: "a", stopped: ["b"], default: { split: { a: 50, b: 50 } } },
      },
    },
    leftover: {
      ...about,
      type: "string",
      variants: { a: { value: "a" }, b: { value: "b", only: { not: { email: { endsWith: ".com" } } } }, c: { value: "c" } },
      environments: {
        production: {
          enabled: true,
          fallback: "a",
          rules: [
            { id: "group", serve: { split: { a: 30 }, rest: "next-rule" } },
            { id: "unknown", when: { not: { segment: "gone" } }, serve: { variant: "a" } },
            { id: "closed", when: { region: { exists: true } }, serve: { variant: "b" } },
          ],
          default: { split: { b: 0, c: 20 }, by: "organization.id", rest: { variant: "a" } },
        },
      },
    },
    texts: {
      ...about,
      type: "string",
      variants: { a: { value: "a" }, b: { value: "b" }, c: { value: "c" } },
      environments: {
        production: {
          enabled: true,
          fallback: "a",
          rules: [
            { id: "pattern", when: { name: { matches: "^(a+)+$" } }, serve: { variant: "b" } },
            {
              id: "dates",
              when: { since: { after: "2026-01-01T00:00:00Z", before: "2026-12-31T23:59:59+01:00" } },
              serve: { variant: "c" },
            },
            { id: "list", when: { tags: { startsWith: ["x-", "y-"] } }, serve: { variant: "b" } },
            { id: "numbers", when: { score: { gt: 10, lte: 20 } }, serve: { variant: "c" } },
            { id: "absent", when: { gone: { exists: false }, here: { exists: true } }, serve: { variant: "b" } },
          ],
          default: { variant: "a" },
        },
      },
    },
  },
};
