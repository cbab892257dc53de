/** One line per step of a script: what is being done, then how long it took. */

import { styleText } from "node:util";

/** Says what is being done, does it, and says how long it took; a failure shows what the step printed and ends the process. */
export async function showStep(title, run) {
  const started = performance.now();
  process.stdout.write(`  ${styleText("yellow", "●")} ${title} …`);
  const { code, output } = await run();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (code === 0) {
    process.stdout.write(` ${styleText("dim", `${seconds} s`)}\n`);
    return;
  }
  process.stdout.write(` ${styleText("red", "failed")}\n\n${output.trimEnd()}\n\n`);
  process.exit(1);
}
