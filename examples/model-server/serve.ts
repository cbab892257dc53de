/** The model server as a command: `npx tsx examples/model-server/serve.ts --port 4190 --behaviour '{"latencyMs":300}'`. */

import { parseArgs } from "node:util";
import type { Behaviour } from "./behaviour.ts";
import { startModelServer } from "./model-server.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "4190" },
    seed: { type: "string", default: "1" },
    behaviour: { type: "string", default: "{}" },
    model: { type: "string", multiple: true, default: [] },
  },
});

const server = await startModelServer({
  port: Number(values.port),
  seed: Number(values.seed),
  behaviour: read("--behaviour", values.behaviour),
  models: Object.fromEntries(values.model.map(modelOf)),
});
console.log(`Model server at ${server.url}. OpenAI: baseURL ${server.url}/v1. Anthropic: baseURL ${server.url}.`);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void server.close());

/** `--model 'claude-opus-4-6={"errorRate":0.2}'` */
function modelOf(text: string): readonly [string, Partial<Behaviour>] {
  const at = text.indexOf("=");
  if (at < 1) throw new Error(`--model ${text}: write NAME={"…": …}.`);
  return [text.slice(0, at), read("--model", text.slice(at + 1))];
}

function read(option: string, json: string): Partial<Behaviour> {
  try {
    return JSON.parse(json) as Partial<Behaviour>;
  } catch (cause) {
    throw new Error(`${option} is no JSON: ${json}`, { cause });
  }
}
