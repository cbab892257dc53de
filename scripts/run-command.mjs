/** Runs one command for a script: quietly with its output kept, or attached to the terminal. */

import { spawn } from "node:child_process";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the workspace, where every command runs. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Runs a command to its end and gives `{ code, output }`; with `attached` the output goes straight to the terminal. */
export function runCommand(command, args, { attached = false, env = process.env, cwd = ROOT } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: attached ? "inherit" : ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout?.on("data", (chunk) => (output += chunk));
    child.stderr?.on("data", (chunk) => (output += chunk));
    child.on("error", (cause) => resolve({ code: 127, output: `${command}: ${cause.message}\n` }));
    child.on("close", (code, signal) =>
      resolve({ code: code ?? 1, output: signal ? `${output}\nended by ${signal}\n` : output }),
    );
  });
}

/** Runs a tool of the workspace by the path of its script, which spares a start of npx. */
export const runTool = (script, args, options) => runCommand(process.execPath, [`node_modules/${script}`, ...args], options);

/** Runs npm: the one that started this script if npm did, else the one on the path. */
export function runNpm(args, options) {
  const current = process.env.npm_execpath;
  if (current !== undefined && basename(current) === "npm-cli.js")
    return runCommand(process.execPath, [current, ...args], options);
  return process.platform === "win32"
    ? runCommand(process.env.ComSpec ?? "cmd.exe", ["/d", "/c", "npm", ...args], options)
    : runCommand("npm", args, options);
}
