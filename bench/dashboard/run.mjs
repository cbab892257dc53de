/** The dashboard bench: how much script the first load takes, how soon one can act, and whether 5,000 flags are searched and scrolled smoothly. */

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { median } from "../measure/median.mjs";
import { percentile } from "../measure/percentile.mjs";
import { startRole } from "../measure/role.mjs";
import { mapValues, runBench } from "../measure/run-bench.mjs";
import { describeResults } from "./report.mjs";
import { TARGETS } from "./targets.mjs";

const FULL = { rounds: 5 };
const QUICK = { rounds: 1 };
const FLAGS = 5_000;
const SEARCH = "flag-c-12";
const SCROLL_MS = 3_000;
const OWNER = { name: "Bench", email: "bench@example.com", password: "a password of this run only" };

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

/** Runs the bench and gives the exit code. */
export const run = (options) =>
  runBench({
    name: "dashboard",
    plans: { full: FULL, quick: QUICK },
    options,
    measure: measureAll,
    targets: TARGETS,
    describe: describeResults,
  });

async function measureAll(plan, folder, say) {
  const dimmer = await withRole(here("servers/dimmer.mjs"), { dataDir: folder, flags: FLAGS, owner: OWNER }, (url) =>
    repeat(plan.rounds, () => visitDimmer(url, say)),
  );
  const unleash = plan.rival
    ? await withRole(here("../rivals/unleash.mjs"), { flags: 10 }, (url) => repeat(plan.rounds, () => visitSignIn(url, say)))
    : undefined;
  return { dimmer, unleash };
}

async function withRole(module, start, visit) {
  const server = startRole(module, {});
  try {
    const { port } = await server.ask("start", start);
    return await visit(`http://127.0.0.1:${port}`);
  } finally {
    await server.ask("stop").catch(() => {});
    await server.end("SIGKILL");
  }
}

async function repeat(rounds, visit) {
  const visits = [];
  for (let round = 0; round < rounds; round++) visits.push(await visit());
  return Object.fromEntries(Object.keys(visits[0]).map((name) => [name, median(visits.map((one) => one[name]))]));
}

async function visitDimmer(url, say) {
  return await inBrowser(async (page) => {
    const signIn = await openSignIn(page, url);
    await page.getByLabel("E-mail").fill(OWNER.email);
    await page.getByLabel("Password").fill(OWNER.password);
    const pressed = performance.now();
    // By the keyboard: a pointer that comes to rest on a flag of the list has that flag's page fetched ahead, which is no part of this one.
    await page.keyboard.press("Enter");
    await page.getByText(`${FLAGS} flags`).waitFor();
    const listMs = performance.now() - pressed;
    const scriptBytes = await scriptBytesOf(page);
    const filterMs = await typeIntoSearch(page);
    const frameMsP95 = await scroll(page);
    const visit = { scriptBytes, formMs: signIn, listMs, filterMs, frameMsP95 };
    say(`  dimmer: ${JSON.stringify(mapValues(visit, Math.round))}`);
    return visit;
  });
}

async function visitSignIn(url, say) {
  return await inBrowser(async (page) => {
    const formMs = await openSignIn(page, url);
    const visit = { scriptBytes: await scriptBytesOf(page), formMs };
    say(`  unleash: ${JSON.stringify(mapValues(visit, Math.round))}`);
    return visit;
  });
}

async function inBrowser(visit) {
  const executablePath = execFileSync("which", ["chromium"], { encoding: "utf8" }).trim();
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run"] });
  try {
    return await visit(await browser.newPage({ viewport: { width: 1440, height: 900 } }));
  } finally {
    await browser.close();
  }
}

/** Milliseconds from the address to a password that can be typed. */
async function openSignIn(page, url) {
  const started = performance.now();
  await page.goto(url, { waitUntil: "commit" });
  await page.locator("input[type=password]").waitFor();
  return performance.now() - started;
}

/** As they came over the line, compressed. */
const scriptBytesOf = (page) =>
  page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter(({ name }) => new URL(name).pathname.endsWith(".js"))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  );

/** The slowest key, from the press to the paint that shows what it did, as the browser itself counts it. */
async function typeIntoSearch(page) {
  await page.evaluate(() => {
    globalThis.slowest = 0;
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries())
        if (name === "keydown" || name === "input") globalThis.slowest = Math.max(globalThis.slowest, duration);
    }).observe({ type: "event", durationThreshold: 16, buffered: false });
  });
  await page.getByRole("searchbox").focus();
  for (const letter of SEARCH) await page.keyboard.press(letter);
  await page.waitForTimeout(300);
  const slowest = await page.evaluate(() => globalThis.slowest);
  await page.getByRole("searchbox").fill("");
  await page.getByText(`${FLAGS} flags`).waitFor();
  return slowest;
}

async function scroll(page) {
  const frames = page.evaluate(
    (ms) =>
      new Promise((resolve) => {
        const times = [];
        const start = performance.now();
        let last = start;
        const step = (now) => {
          times.push(now - last);
          last = now;
          globalThis.scrollBy(0, 300);
          if (now - start < ms) requestAnimationFrame(step);
          else resolve(times.slice(1));
        };
        requestAnimationFrame(step);
      }),
    SCROLL_MS,
  );
  return percentile(await frames, 95);
}
