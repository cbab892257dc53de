/** The limit: Node's own HTTP server that writes the same bytes to everybody, and keeps, checks and decides nothing. */

import { createServer } from "node:http";
import { openWindow } from "../../measure/process-window.mjs";
import { playRole } from "../../measure/role.mjs";

const window = openWindow();
const readers = new Set();

playRole({
  /** `hello` and `event` are what the other contestant sends, byte for byte; `snapshot` is its body, with its headers. */
  async start({ port = 0, hello, event, snapshot }) {
    const [helloBytes, eventBytes, snapshotBytes] = [hello, event, snapshot.body].map((text) => Buffer.from(text, "base64"));
    const server = createServer((request, response) => {
      if (request.url === "/stream") {
        response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
        response.write(helloBytes);
        readers.add(response);
        response.on("close", () => readers.delete(response));
      } else if (request.url === "/snapshot") {
        response.writeHead(200, { ...snapshot.headers, "content-length": snapshotBytes.length });
        response.end(snapshotBytes);
      } else {
        request.resume();
        request.on("end", () => {
          response.end("{}");
          for (const reader of readers) reader.write(eventBytes);
        });
      }
    });
    await new Promise((resolve) => server.listen(port, "127.0.0.1", 4_096, resolve));
    const change = { method: "POST", path: "/change", headers: { "content-type": "application/json" }, body: "{}" };
    return {
      port: server.address().port,
      stream: { path: "/stream", headers: {} },
      snapshot: { path: "/snapshot", headers: {} },
      changes: [change],
    };
  },
  windowStart: () => window.start(),
  windowEnd: () => window.end(),
});
