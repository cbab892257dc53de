/** What the dashboard has to reach, in a browser on a core of its own. */

export const TARGETS = [
  {
    id: "scriptKb",
    text: "script of the first load, kB as sent",
    atMost: 200,
    value: ({ dimmer }) => dimmer.scriptBytes / 1_000,
  },
  {
    id: "filterMs",
    text: "a key in the search of 5,000 flags to the next paint, ms, the slowest",
    atMost: 100,
    value: ({ dimmer }) => dimmer.filterMs,
  },
  {
    id: "frameMs",
    text: "a frame while 5,000 flags scroll, ms, p95",
    atMost: 34,
    value: ({ dimmer }) => dimmer.frameMsP95,
  },
  {
    id: "script/unleash",
    text: "script of the first load: of unleash-server 6.4.1's frontend",
    atMost: 0.5,
    value: ({ dimmer, unleash }) => (unleash === undefined ? undefined : dimmer.scriptBytes / unleash.scriptBytes),
  },
  {
    id: "ready/unleash",
    text: "signed out, to the form that signs in: of unleash-server 6.4.1's frontend",
    atMost: 1,
    value: ({ dimmer, unleash }) => (unleash === undefined ? undefined : dimmer.formMs / unleash.formMs),
  },
];
