/** `dimmer login`: this command acts in a person's name from now on, confirmed in the dashboard or by a personal token. */

import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { type DeviceAnswer, type Management, openManagement } from "@dimmer/protocol";
import { credentialsFile, saveCredential } from "../credentials.ts";
import { EXIT } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import { requireAddress } from "../server.ts";
import type { Call, Verb } from "../verb.ts";

export const login: Verb = {
  usage: "login [url]",
  summary: "act in your own name: confirm a code in the dashboard, or give a personal token",
  options: [["--token", "read a personal token from standard input instead"]],
  examples: ["login https://dimmer.example.com", "login --token < token.txt"],
  run: signIn,
};

/** Characters of a token that is given. */
const MAX_TOKEN = 512;

async function signIn(call: Call): Promise<void> {
  const url = call.args[0] ?? call.settings.url;
  requireAddress({ ...call.settings, url });
  const client = (token: string | undefined) => openManagement({ url, token, agent: "dimmer-cli" });
  const { token, tokenId } = call.has("token") ? await readToken(call) : await askForToken(call, client(undefined));
  const { person } = await client(token).getSession();
  if (person === undefined)
    throw new Failure(EXIT.auth, "That is no personal token that counts.", {
      mend: "Make one in the dashboard, under your account.",
    });
  const file = saveCredential(call.io, url, { token, tokenId, person: person.name });
  await call.output.result(
    { url, person: { id: person.id, name: person.name, email: person.email } },
    () => `Signed in at ${url} as ${person.name}.`,
  );
  call.output.say(`Kept in ${file}; \`dimmer logout\` ends it.`);
}

async function readToken(call: Call): Promise<{ readonly token: string; readonly tokenId: string }> {
  let text = "";
  for await (const part of call.io.stdin) {
    text += String(part);
    if (text.length > MAX_TOKEN) break;
  }
  const token = text.trim();
  if (!/^dm_person_[\w-]+$/u.test(token) || token.length > MAX_TOKEN)
    throw new Failure(EXIT.usage, "Standard input holds no personal token.", {
      mend: "It begins with dm_person_; make one in the dashboard, under your account.",
    });
  return { token, tokenId: "" };
}

/** Without a browser of its own: any browser on any machine will do. */
async function askForToken(call: Call, client: Management): Promise<{ readonly token: string; readonly tokenId: string }> {
  requireHome(call);
  const { userCode, deviceCode, verificationUrl, expiresInSeconds, intervalSeconds } = await client.startDeviceLogin(
    hostname().slice(0, 100) || "a machine",
  );
  const paint = call.output.paintTalk;
  // Without it there is nothing to confirm, so it is no talk that --quiet leaves out.
  call.io.stderr.write(`Open ${paint("bold", verificationUrl)}\nand confirm the code ${paint("bold", userCode)}. Waiting …\n`);
  for (let waited = 0; waited < expiresInSeconds; waited += intervalSeconds) {
    await sleep(intervalSeconds * 1_000);
    const answer = await client.pollDeviceLogin(deviceCode);
    if (answer.status !== "pending") return takeToken(answer);
  }
  return takeToken({ status: "expired" });
}

/** Before anybody confirms what could then not be kept. */
function requireHome(call: Call): void {
  if (credentialsFile(call.io) === undefined)
    throw new Failure(EXIT.usage, "There is no home folder to keep credentials in.", {
      mend: "Set HOME or XDG_CONFIG_HOME, or use DIMMER_TOKEN.",
    });
}

function takeToken({ status, token }: DeviceAnswer): { readonly token: string; readonly tokenId: string } {
  if (token !== undefined) return { token: token.secret, tokenId: token.id };
  const why = status === "denied" ? "It was refused in the dashboard." : "Nobody confirmed the code in time.";
  throw new Failure(EXIT.auth, why, { mend: "Run `dimmer login` again." });
}
