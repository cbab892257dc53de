/** Where requests may go: addresses written in every way, names that lead inside, and receivers that misbehave. */

import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { isPublicAddress, type OutboundPolicy, requirePublicAddress, requireUrl } from "./guard-address.ts";
import { OUTBOUND_LIMITS, sendRequest } from "./send-request.ts";

const policy = (addresses: readonly string[], allowPrivate = false): OutboundPolicy => ({
  resolve: async () => addresses,
  allowPrivate,
  purpose: "webhook",
});
const PUBLIC = policy(["93.184.215.14"]);

/** One of each range that is not the public's. */
const INSIDE = `
  0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255
  192.0.0.1 192.0.2.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1
  255.255.255.255 :: ::1 ::ffff:7f00:1 ::ffff:10.0.0.1 fe80::1 fc00::1 fd00:ec2::254 ff02::1 fec0::1
  64:ff9b::7f00:1 64:ff9b:1::1 2002:7f00:1:: 2001:db8::1 2001::1 100::1
`
  .trim()
  .split(/\s+/u);

const WRITTEN_OTHERWISE = `
  https://127.0.0.1/ https://0/ https://127.1/ https://0177.0.0.1/ https://0x7f.1/ https://2130706433/
  https://[::1]/ https://[::ffff:7f00:1]/ https://169.254.169.254/ https://[fd00::1]:8443/
`
  .trim()
  .split(/\s+/u);

describe("a URL", () => {
  test.each([
    "http://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "https://user@example.com/",
    "https://user:pass@example.com/",
    "https://example.com:22/",
    "https://example.com:25/",
    "https://example.com/#part",
    "https://exa\nmple.com/",
    "https://example.com/\r\nX-Evil: 1",
    "https://example.com/ space",
    "https://exämple.com/",
    "not a url",
    "",
    `https://example.com/${"x".repeat(2_048)}`,
  ])("%j is refused", (text) => {
    expect(() => requireUrl(text, PUBLIC)).toThrow(expect.objectContaining({ code: "invalid-request" }));
  });

  test.each([
    ["webhook", "https://u:p@example.com/", /deliveries are signed/u],
    ["connection", "https://u:p@example.com/", /the credential has a field/u],
    ["connection", "https://example.com:22/", /models are asked on/u],
  ] as const)("is refused in the words of a %s: %s", (purpose, text, why) => {
    expect(() => requireUrl(text, { ...PUBLIC, purpose })).toThrow(why);
  });

  test.each(["https://example.com/hook?a=1", "https://example.com:8443/", "https://example.com:443/"])("%s is taken", (text) => {
    expect(requireUrl(text, PUBLIC).hostname).toBe("example.com");
  });
});

describe("an address", () => {
  test.each([...INSIDE, "nonsense", ""])("%s is not public", (address) => expect(isPublicAddress(address)).toBe(false));

  test.each(["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8"])("%s is", (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );

  test.each(WRITTEN_OTHERWISE)("%s leads inside, however it is written", async (text) => {
    await expect(requirePublicAddress(requireUrl(text, PUBLIC), PUBLIC)).rejects.toMatchObject({ code: "invalid-request" });
  });

  test("every address of a name counts, and none is told", async () => {
    const url = new URL("https://x.example/");
    expect(await requirePublicAddress(url, PUBLIC)).toBe("93.184.215.14");
    const mixed = requirePublicAddress(url, policy(["93.184.215.14", "10.9.8.7"]));
    await expect(mixed).rejects.toThrow(/^x\.example is not a public address/u);
    await expect(mixed).rejects.not.toThrow(/10\.9/u);
    await expect(requirePublicAddress(url, policy([]))).rejects.toThrow("has no address");
    const lost = { ...PUBLIC, resolve: () => Promise.reject(new Error("ENOTFOUND")) };
    await expect(requirePublicAddress(url, lost)).rejects.toThrow("cannot be found");
    const asked = requirePublicAddress(new URL("https://127.0.0.1/"), { ...PUBLIC, purpose: "connection" });
    await expect(asked).rejects.toThrow("DIMMER_CONNECTION_ALLOW_PRIVATE=1");
    expect(await requirePublicAddress(new URL("http://127.0.0.1/"), policy([], true))).toBe("127.0.0.1");
  });
});

describe("a request", () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });
  async function receive(listener: RequestListener): Promise<number> {
    const server = createServer(listener).listen(0, "127.0.0.1");
    servers.push(server);
    await new Promise((resolve) => server.once("listening", resolve));
    return (server.address() as AddressInfo).port;
  }
  const send = (url: string, to: OutboundPolicy, signal: AbortSignal = new AbortController().signal) =>
    sendRequest({ url, headers: { "X-Of": "test" }, body: "{}", signal }, to);
  const local = policy(["127.0.0.1"], true);

  test("goes to the address that was looked at, under the name that was asked", async () => {
    let seen: unknown;
    const port = await receive((request, response) => {
      seen = [request.headers.host, request.headers["x-of"], request.method];
      response.end("ok");
    });
    expect(await send(`http://receiver.example:${port}/`, local)).toEqual({ status: 200 });
    expect(seen).toEqual([`receiver.example:${port}`, "test", "POST"]);
  });

  test("is not sent where the name leads inside by now", async () => {
    let calls = 0;
    const port = await receive((_request, response) => void response.end(String((calls += 1))));
    const answers = [["93.184.215.14"], ["127.0.0.1"]];
    const rebinding = { resolve: async () => answers.shift() ?? [], allowPrivate: false, purpose: "webhook" } as const;
    const url = `https://rebind.example:${port}/`;
    expect(await requirePublicAddress(new URL(url), rebinding)).toBe("93.184.215.14");
    expect(await send(url, rebinding)).toEqual({ error: expect.stringContaining("is not a public address") });
    expect(calls).toBe(0);
  });

  test("does not follow a redirect", async () => {
    let calls = 0;
    const port = await receive((_request, response) => {
      calls += 1;
      response.writeHead(302, { Location: "/elsewhere" }).end();
    });
    expect([await send(`http://127.0.0.1:${port}/`, local), calls]).toEqual([{ status: 302 }, 1]);
  });

  test("reads no more of an answer than it must", async () => {
    let sent = 0;
    const port = await receive((_request, response) => {
      const chunk = Buffer.alloc(64 * 1024);
      const more = () => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.on("drain", more);
      more();
    });
    expect(await send(`http://127.0.0.1:${port}/`, local)).toEqual({ status: 200 });
    expect(sent).toBeLessThan(64 * 1024 * 1024);
    const many = await receive((_request, response) => {
      for (let n = 0; n < 10_000; n++) response.setHeader(`X-${n}`, "x");
      response.end();
    });
    expect(await send(`http://127.0.0.1:${many}/`, local)).toEqual({ error: "The request failed (HPE_HEADER_OVERFLOW)." });
  });

  test("ends when it is told to, and at its deadline; so does a name that is never found", { timeout: 30_000 }, async () => {
    const port = await receive(() => {});
    const stop = new AbortController();
    const stopped = send(`http://127.0.0.1:${port}/`, local, stop.signal);
    stop.abort();
    expect(await stopped).toHaveProperty("error");
    const started = Date.now();
    const late = { error: "There was no answer within 10 s." };
    const silent = { resolve: () => new Promise<never>(() => {}), allowPrivate: true, purpose: "webhook" } as const;
    const drip = await receive((_request, response) => void response.writeHead(200).write("x"));
    const outcomes = await Promise.all([
      send(`http://127.0.0.1:${port}/`, local),
      send(`http://lost.example:${port}/`, silent),
      send(`http://127.0.0.1:${drip}/`, local),
    ]);
    expect(outcomes).toEqual([late, late, { status: 200 }]);
    expect(Date.now() - started).toBeLessThan(OUTBOUND_LIMITS.timeoutMs + 8_000);
  });

  test("to a closed port fails in words of ours", async () => {
    const port = await receive(() => {});
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await send(`http://127.0.0.1:${port}/`, local)).toEqual({ error: "The request failed (ECONNREFUSED)." });
  });
});
