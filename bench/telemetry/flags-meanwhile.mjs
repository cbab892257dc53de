/** How long a change takes to be accepted and to reach a stream, with and without events coming in. */

import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { sendChange } from "../delivery/send.mjs";
import { median } from "../measure/median.mjs";

const STREAMS = 50;
const CHANGES = 40;
const PAUSE_MS = 50;
const now = () => Number(process.hrtime.bigint()) / 1e6;

/** Shape: medians in milliseconds: `acceptedMs` from sending to the answer, `arrivedMs` from sending to the last of the streams. */
export async function changeFlags({ port, key, changes }) {
  const streams = await Promise.all(Array.from({ length: STREAMS }, () => openStream(port, key)));
  const accepted = [];
  const arrived = [];
  for (let at = 0; at < CHANGES; at++) {
    const heard = streams.map(({ nextMessage }) => nextMessage());
    const { sentAt, acceptedAt } = await sendChange(port, changes[at % changes.length]);
    const last = Math.max(...(await Promise.all(heard)));
    accepted.push(acceptedAt - sentAt);
    arrived.push(last - sentAt);
    await sleep(PAUSE_MS);
  }
  for (const { close } of streams) close();
  return { acceptedMs: median(accepted), arrivedMs: median(arrived) };
}

/** Resolves when the stream has said its first word; heartbeats are comments and no message. */
function openStream(port, key) {
  return new Promise((resolve, reject) => {
    let hear = () => {};
    const request = get({ host: "127.0.0.1", port, path: "/sdk/v1/stream", headers: { authorization: key } }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`the stream was refused: ${response.statusCode}`));
      response.setEncoding("utf8").on("data", (text) => {
        if (text.includes("data:")) hear(now());
      });
      resolve({
        nextMessage: () => new Promise((found) => (hear = found)),
        close: () => request.destroy(),
      });
    });
    request.on("error", reject);
  });
}
