/** `dimmer alerts show ID`, `ack` and `resolve`: one alert, and what one does with it. */

import type { AlertView } from "@dimmer/protocol";
import { describeAlert } from "../../output/describe-alert.ts";
import { openServer } from "../../server.ts";
import type { Call, Verb } from "../../verb.ts";

const NOTE = [["--note <text>", "what the next one should know"]] as const;

export const showAlert: Verb = {
  usage: "show <id>",
  summary: "one alert: what is seen, why, and the command that may help",
  run: (call) => say(call, ({ client, project }, id) => client.getAlert(project, id)),
};

export const acknowledgeAlert: Verb = {
  usage: "ack <id>",
  summary: "say that you have seen it and look after it",
  options: NOTE,
  examples: ['alerts ack alert_4f0c… --note "the proxy drops usage"'],
  run: (call) => say(call, ({ client, project }, id) => client.acknowledgeAlert(project, id, noteOf(call))),
};

export const resolveAlert: Verb = {
  usage: "resolve <id>",
  summary: "say that it is over; what is still wrong raises it again",
  options: NOTE,
  run: (call) => say(call, ({ client, project }, id) => client.resolveAlert(project, id, noteOf(call))),
};

type Server = Awaited<ReturnType<typeof openServer>>;

async function say(call: Call, ask: (server: Server, id: string) => Promise<AlertView>): Promise<void> {
  const [id = ""] = call.args;
  const alert = await ask(await openServer(call), id);
  await call.output.result(alert, () => describeAlert(call.output, alert));
}

function noteOf(call: Call): { readonly note?: string } {
  const note = call.option("note");
  return note === undefined ? {} : { note };
}
