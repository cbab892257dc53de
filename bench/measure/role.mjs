/** A process with one role in a bench, a server or its clients: started by the parent, asked by messages, one answer each. */

import { execFileSync, fork } from "node:child_process";
import { availableParallelism } from "node:os";

const ASK_TIMEOUT_MS = 120_000;

/**
 * Starts a role.
 *
 * Shape:  `module` is a URL of a file that calls `playRole`; `core` is where it runs, on machines that have two or more and
 *         `taskset`: a server and its clients then do not take each other's time.
 * Errors: a role that throws, ends or does not answer within two minutes rejects the question with what it wrote to stderr.
 */
export function startRole(module, { core, nodeFlags = [], args = [] } = {}) {
  const pinned = core !== undefined && canPin();
  const child = fork(module, args, {
    ...(pinned ? { execPath: "taskset" } : {}),
    execArgv: pinned ? ["-c", String(core), process.execPath, ...nodeFlags] : nodeFlags,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const waiting = new Map();
  let asked = 0;
  let said = "";
  child.stderr.on("data", (chunk) => (said = (said + chunk).slice(-4_000)));
  child.on("message", ({ id, value, failure }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (failure === undefined) resolve(value);
    else reject(new Error(failure));
  });
  const ended = new Promise((resolve) => {
    child.on("close", (code, signal) => {
      for (const { reject } of waiting.values()) reject(new Error(`${module} ended (${signal ?? code}):\n${said}`));
      waiting.clear();
      resolve();
    });
  });
  return {
    /** Not pinned where the machine cannot. */
    pinned,
    ask(question, argument) {
      const id = asked++;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => settle(reject)(new Error(`${module} did not answer ${question}`)), ASK_TIMEOUT_MS);
        const settle = (how) => (value) => {
          clearTimeout(timer);
          how(value);
        };
        waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
        child.send({ id, question, argument }, (error) => {
          if (error !== null && error !== undefined) settle(reject)(error);
        });
      });
    },
    async end(signal = "SIGTERM") {
      child.kill(signal);
      await ended;
    },
  };
}

/** In the role's process: answers each question by the function of its name. */
export function playRole(answers) {
  const answer = async ({ id, question, argument }) => {
    try {
      process.send({ id, value: await answers[question](argument) });
    } catch (error) {
      process.send({ id, failure: String(error?.stack ?? error) });
    }
  };
  process.on("message", (message) => void answer(message));
  process.on("disconnect", () => process.exit(0));
}

let pins;
function canPin() {
  if (pins !== undefined) return pins;
  try {
    execFileSync("taskset", ["-c", "0", "true"], { stdio: "ignore" });
    pins = availableParallelism() > 1;
  } catch {
    pins = false;
  }
  return pins;
}
