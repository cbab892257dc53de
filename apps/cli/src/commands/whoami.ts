/** `dimmer whoami`: in whose name this command acts, and what they may do. */

import { EXIT } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import { openClient } from "../server.ts";
import type { Call, Verb } from "../verb.ts";

export const whoami: Verb = {
  usage: "whoami",
  summary: "show in whose name this command acts, and what they may do",
  examples: ["whoami"],
  run: show,
};

async function show(call: Call): Promise<void> {
  const client = openClient(call);
  const { person } = await client.getSession();
  if (person === undefined) {
    // Says so itself where the token does not count.
    await client.listProjects();
    throw new Failure(EXIT.failed, `The token for ${client.url} is a service token: it acts in its own name.`, {
      mend: "Unset DIMMER_TOKEN and run `dimmer login` to act in yours.",
    });
  }
  const place = ({ project, environment }: (typeof person.grants)[number]) =>
    project === null ? "everywhere" : environment === null ? `in ${project}` : `in ${environment} of ${project}`;
  const roles = person.grants.map((grant) => `  ${grant.role} ${place(grant)}`);
  await call.output.result({ url: client.url, person }, () =>
    [`${person.name} <${person.email}> at ${client.url}`, ...roles].join("\n"),
  );
}
