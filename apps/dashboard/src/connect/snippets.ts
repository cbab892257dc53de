/** Code that asks one flag, ready to run, for each way into Dimmer. */

import type { FlagType } from "@dimmer/evaluation";
import type { KeyKind } from "@dimmer/protocol";

export interface SnippetOrder {
  /** The address of the server, as an app sees it. */
  readonly url: string;
  /** The secret, or what stands in its place until there is one. */
  readonly key: string;
  readonly flag: string;
  readonly type: FlagType;
}

export interface SnippetPart {
  /** Where it goes: a terminal, a file. */
  readonly place: string;
  readonly text: string;
}

export interface Way {
  readonly id: string;
  readonly label: string;
  readonly keyKind: Extract<KeyKind, "server" | "browser">;
  /** What is to be known before. */
  readonly about: string;
  readonly parts: (order: SnippetOrder) => readonly SnippetPart[];
}

/** What the code gets where there is no answer. */
const DEFAULTS: Readonly<Record<FlagType, string>> = { boolean: "false", string: '""', number: "0", object: "{}" };
const PYTHON_DEFAULTS: Readonly<Record<FlagType, string>> = { ...DEFAULTS, boolean: "False" };
const GETTERS: Readonly<Record<FlagType, string>> = {
  boolean: "getBooleanValue",
  string: "getStringValue",
  number: "getNumberValue",
  object: "getObjectValue",
};

/** Written with an indent here, so that nobody takes a line of it for one of this file. */
const code = (text: string): string => {
  const [, indent = ""] = /^\n( *)/u.exec(text) ?? [];
  return `${text.replaceAll(`\n${indent}`, "\n").trim()}\n`;
};

const settings = ({ url, key }: SnippetOrder): string => `export DIMMER_URL=${url}\nexport DIMMER_KEY=${key}`;

const TYPESCRIPT: Way = {
  id: "typescript",
  label: "TypeScript",
  keyKind: "server",
  about: "Decides in your process, in microseconds, and goes on without the server.",
  parts: (order) => [
    { place: "In a terminal", text: `npm install @dimmer/sdk-server tsx\n${settings(order)}\nnpx tsx main.ts` },
    {
      place: "main.ts",
      text: code(`
          import { openDimmer } from "@dimmer/sdk-server";

          const dimmer = openDimmer({ holdProcess: true }); // reads DIMMER_URL and DIMMER_KEY
          await dimmer.ready();

          const ask = () => console.log(dimmer.${order.type}("${order.flag}", { targetingKey: "user-1" }, ${DEFAULTS[order.type]}));
          dimmer.onFlagChange("${order.flag}", ask); // turn the dimmer and watch
          ask();
        `),
    },
  ],
};

export const WAYS: readonly Way[] = [
  TYPESCRIPT,
  {
    id: "openfeature",
    label: "OpenFeature",
    keyKind: "server",
    about: "The standard API in Node, over the same engine.",
    parts: (order) => [
      {
        place: "In a terminal",
        text: `npm install @dimmer/sdk-server @openfeature/server-sdk tsx\n${settings(order)}\nnpx tsx main.ts`,
      },
      {
        place: "main.ts",
        text: code(`
          import { DimmerProvider } from "@dimmer/sdk-server/openfeature";
          import { OpenFeature, ProviderEvents } from "@openfeature/server-sdk";

          await OpenFeature.setProviderAndWait(new DimmerProvider({ holdProcess: true })); // reads DIMMER_URL and DIMMER_KEY
          const client = OpenFeature.getClient();

          const ask = async () =>
            console.log(await client.${GETTERS[order.type]}("${order.flag}", ${DEFAULTS[order.type]}, { targetingKey: "user-1" }));
          client.addHandler(ProviderEvents.ConfigurationChanged, ask); // turn the dimmer and watch
          await ask();
        `),
      },
    ],
  },
  {
    id: "react",
    label: "React",
    keyKind: "browser",
    about: "The key stands in your page, so it is public: it sees only flags for browsers, and their answers, never a rule.",
    parts: ({ url, key, flag, type }) => [
      {
        place: "In the folder of your React app",
        text: "npm install @openfeature/react-sdk @openfeature/web-sdk @openfeature/core @openfeature/ofrep-web-provider",
      },
      {
        place: "main.tsx",
        text: code(`
          import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
          import { OpenFeature, OpenFeatureProvider, useFlag } from "@openfeature/react-sdk";
          import { createRoot } from "react-dom/client";

          await OpenFeature.setContext({ targetingKey: "user-1" });
          OpenFeature.setProvider(
            new OFREPWebProvider({
              baseUrl: "${url}",
              headers: [["Authorization", "Bearer ${key}"]],
              cacheMode: "network-first",
            }),
          );

          function Answer() {
            const { value } = useFlag("${flag}", ${DEFAULTS[type]}); // renders again when it changes
            return <pre>{JSON.stringify(value)}</pre>;
          }

          createRoot(document.body).render(
            <OpenFeatureProvider>
              <Answer />
            </OpenFeatureProvider>,
          );
        `),
      },
    ],
  },
  {
    id: "python",
    label: "Python",
    keyKind: "server",
    about: "With the standard library alone. OpenFeature's OFREP provider does the same.",
    parts: (order) => [
      { place: "In a terminal", text: `${settings(order)}\npython3 main.py` },
      {
        place: "main.py",
        text: code(`
          import json
          import os
          from urllib.request import Request, urlopen


          def evaluate(flag, context, default):
              """The flag's value for this context, or the default where there is none."""
              request = Request(
                  f"{os.environ['DIMMER_URL']}/ofrep/v1/evaluate/flags/{flag}",
                  json.dumps({"context": context}).encode(),
                  {"Authorization": f"Bearer {os.environ['DIMMER_KEY']}", "Content-Type": "application/json"},
              )
              try:
                  with urlopen(request, timeout=5) as answer:
                      return json.load(answer).get("value", default)
              except OSError as error:  # no server, no such flag, no time
                  if getattr(error, "code", None) in (401, 403):
                      raise  # the key is wrong, and no flag's failure
                  return default


          print(evaluate("${order.flag}", {"targetingKey": "user-1"}, ${PYTHON_DEFAULTS[order.type]}))
        `),
      },
    ],
  },
  {
    id: "curl",
    label: "curl",
    keyKind: "server",
    about: "What every OFREP client sends: Go, Java, .NET and Ruby have one.",
    parts: ({ url, key, flag }) => [
      {
        place: "In a terminal",
        text: `curl -s ${url}/ofrep/v1/evaluate/flags/${flag} \\
  -H "Authorization: Bearer ${key}" \\
  -H "Content-Type: application/json" \\
  -d '{ "context": { "targetingKey": "user-1" } }'`,
      },
    ],
  },
];

export const wayOf = (id: string | undefined): Way => WAYS.find((way) => way.id === id) ?? TYPESCRIPT;

/** What stands where the key goes, until there is one. */
export const KEY_PLACE: Readonly<Record<Way["keyKind"], string>> = {
  server: "YOUR_SERVER_KEY",
  browser: "YOUR_BROWSER_KEY",
};

/** Why a pasted text is no key of the kind, or undefined. */
export function checkKey(text: string, kind: Way["keyKind"]): string | undefined {
  const key = text.trim();
  if (!/^[\x21-\x7E]{20,200}$/u.test(key)) return "That is no key: a key is one word of 20 characters or more.";
  const [, own] = /^dm_([a-z]+)_/u.exec(key) ?? [];
  if (own === undefined || own === kind) return undefined;
  return own === "admin"
    ? "That is an admin token: it could change flags, so keep it out of your app. Take a key."
    : `That is a ${own} key; this needs a ${kind} key.`;
}
