/** Who may import whom, as data, and the few exceptions from the rules of `tidy.ts`, each with its reason. */

export interface Room {
  /** Our packages that it may import; `types` vanish at run time. */
  readonly ours: Readonly<Record<string, "values" | "types">>;
  readonly outside: readonly string[];
  /** Whether it may import Node's own modules. */
  readonly node: boolean;
}

/** Who may import whom, and what from outside. A new room adds its row here first. */
export const ROOMS: Readonly<Record<string, Room>> = {
  "packages/evaluation": { ours: {}, outside: ["re2js"], node: false },
  "packages/statistics": { ours: {}, outside: [], node: false },
  "packages/protocol": { ours: { "@dimmer/evaluation": "values" }, outside: ["zod"], node: false },
  "packages/planning": {
    ours: { "@dimmer/evaluation": "values", "@dimmer/protocol": "types" },
    outside: [],
    node: true,
  },
  "packages/sdk-core": { ours: { "@dimmer/evaluation": "values", "@dimmer/protocol": "types" }, outside: [], node: false },
  "packages/sdk-server": {
    ours: { "@dimmer/evaluation": "values", "@dimmer/sdk-core": "values" },
    outside: ["@openfeature/server-sdk", "@opentelemetry/api", "@opentelemetry/api-logs", "yaml"],
    node: true,
  },
  // Over any OpenFeature client, by its structure; what only Dimmer can give comes through a port, so nothing of ours is needed.
  "packages/ai": { ours: {}, outside: ["liquidjs"], node: false },
  "apps/server": {
    // Of the SDK's engine it has the counting of what it evaluates itself, and the merging of sketches; of the AI SDK the filling of
    // prompts and the vendors' formats, so that what is saved can be filled, and what is tried is what an app would send.
    ours: {
      "@dimmer/ai/parts": "values",
      "@dimmer/evaluation": "values",
      "@dimmer/planning": "values",
      "@dimmer/protocol": "values",
      "@dimmer/sdk-core": "values",
      "@dimmer/statistics": "values",
    },
    outside: [
      "@bufbuild/protobuf",
      "@duckdb/node-api",
      "@fastify/swagger",
      "@node-rs/argon2",
      "@photostructure/sqlite",
      "@pydantic/genai-prices",
      "ajv",
      "ajv-formats",
      "cookie",
      "fastify",
      "fastify-type-provider-zod",
      "ipaddr.js",
      "kysely",
      "openid-client",
      "pino",
      "prom-client",
      "re2js",
      "swagger-ui-dist",
      "yaml",
      "zod",
    ],
    node: true,
  },
  "apps/dashboard": {
    // Of `ai` it has the filling of prompts, so that a preview shows what an app will get; of `statistics` the planner, so that its
    // sliders answer at once with what the server would say.
    ours: {
      "@dimmer/ai/parts": "values",
      "@dimmer/evaluation": "values",
      "@dimmer/protocol": "values",
      "@dimmer/statistics": "values",
    },
    outside: [
      "@base-ui/react",
      "@codemirror/lang-json",
      "@codemirror/language",
      "@codemirror/lint",
      "@codemirror/merge",
      "@codemirror/state",
      "@codemirror/view",
      "@fontsource-variable/inter",
      "@fontsource-variable/jetbrains-mono",
      "@lezer/highlight",
      "@tanstack/react-query",
      "@tanstack/react-router",
      "@tanstack/react-virtual",
      "codemirror",
      "lucide-react",
      "react",
      "react-dom",
      "uplot",
    ],
    node: false,
  },
  "apps/cli": {
    ours: {
      "@dimmer/ai": "values",
      "@dimmer/ai/parts": "values",
      "@dimmer/ai/anthropic": "values",
      "@dimmer/ai/openai": "values",
      "@dimmer/evaluation": "values",
      "@dimmer/planning": "values",
      "@dimmer/protocol": "values",
      "@dimmer/server": "values",
    },
    outside: ["@clack/prompts", "ajv", "commander", "yaml", "zod"],
    node: true,
  },
};

/** Where a clock and a source of randomness may be made; everything else is handed one. */
export const COMPOSITION_ROOTS: readonly string[] = [
  "packages/sdk-server/src/node-ports.ts",
  "packages/ai/src/web-host.ts",
  "apps/server/src/server.ts",
  "apps/dashboard/src/ui/use-now.ts",
];

/** Files that may be longer than `LONG_LINES`, each with the reason. */
export const LONG_FILES: Readonly<Record<string, string>> = {
  "test/requirements.ts": "a list that one reads from top to bottom",
  "test/attack-plan.ts": "a list that one reads from top to bottom",
  "apps/cli/src/verbs.ts": "a list of every verb, read from top to bottom",
  "apps/dashboard/src/routes.tsx": "a list of every page, read from top to bottom",
  "apps/server/src/flags/any-sequence.test.ts": "one script with every kind of edit in it",
  "apps/server/src/flags/apply-change.test.ts": "one table of what a change commits, and of what is refused",
  "apps/server/src/flags/operations/apply-operation.test.ts": "one table with a block for each operation",
  "apps/server/src/rollouts/decide/decide.test.ts": "one table of everything that is decided of a rollout",
  "apps/server/src/routes.test.ts": "one walk through every route over real HTTP",
  "test/e2e/private-attributes.test.ts": "one canary, and one look at every place it could be in",
  "packages/evaluation/src/parse/codes.test.ts": "one table with a case for each code and place",
  "packages/evaluation/src/evaluate.test.ts": "one table of every path of an evaluation",
};
export const LONG_LINES = 350;
