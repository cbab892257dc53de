/** The page of the end-to-end test: OpenFeature's stock web provider, as a person would write it down from the guide. */

import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { OpenFeature, ProviderEvents, type EvaluationDetails, type JsonValue, type Provider } from "@openfeature/web-sdk";

export interface PageSettings {
  readonly baseUrl: string;
  readonly key: string;
  readonly context: Readonly<Record<string, string>>;
  /** The guide's, or the client's own. */
  readonly cacheMode: "network-first" | "local-cache-first";
}

/** What the test asks of the page. */
export interface Page {
  open(settings: PageSettings): Promise<string>;
  setContext(context: Readonly<Record<string, string>>): Promise<void>;
  text(flag: string): EvaluationDetails<string>;
  object(flag: string): EvaluationDetails<JsonValue>;
  /** Resolves once the flag has this value. */
  hears(flag: string, value: string): Promise<void>;
  /** The flags of every PROVIDER_CONFIGURATION_CHANGED so far. */
  changes(): readonly string[];
}

const changed: string[] = [];
const client = OpenFeature.getClient();
client.addHandler(ProviderEvents.ConfigurationChanged, (details) => changed.push(...(details?.flagsChanged ?? [])));

const page: Page = {
  async open({ baseUrl, key, context, cacheMode }) {
    await OpenFeature.setContext(context);
    const provider = new OFREPWebProvider({ baseUrl, headers: [["Authorization", `Bearer ${key}`]], cacheMode });
    // Its types are not written for exactOptionalPropertyTypes.
    await OpenFeature.setProviderAndWait(provider as Provider);
    return client.providerStatus;
  },
  setContext: (context) => OpenFeature.setContext(context),
  text: (flag) => client.getStringDetails(flag, "mine"),
  object: (flag) => client.getObjectDetails(flag, {}),
  hears: (flag, value) =>
    new Promise((resolve) => {
      const look = () => {
        if (client.getStringValue(flag, "mine") === value) resolve();
      };
      client.addHandler(ProviderEvents.ConfigurationChanged, look);
      look();
    }),
  changes: () => changed,
};

Object.assign(globalThis, { page });
