/** The management client: what it sends, what it makes of every kind of answer, and what it sends again. */

import { describe, expect, test } from "vitest";
import { type Management, openManagement } from "./client.ts";
import { fetchSnapshot } from "./fetch-whole.ts";
import { PROBLEMS, ProblemError, problemBody, type ProblemCode } from "./problem.ts";
import { CLIENT_LIMITS, UnreachableError } from "./request.ts";

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: unknown;
}
type Answer = (sent: Sent) => Response | Promise<Response>;

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) => Response.json(body, { status, headers });
const refuse = (code: ProblemCode) =>
  json(problemBody(new ProblemError(code, `because ${code}`), "request-1"), PROBLEMS[code].status);

/** A client whose answers come from the list in turn, the last one again and again. */
function openTest(answers: readonly Answer[], more: { url?: string; token?: string | undefined; timeoutMs?: number } = {}) {
  const sent: Sent[] = [];
  const waits: number[] = [];
  const answerNext: typeof fetch = async (input, init = {}) => {
    const request: Sent = {
      url: input instanceof Request ? input.url : String(input),
      method: init.method ?? "GET",
      headers: new Headers(init.headers),
      body: typeof init.body === "string" ? (JSON.parse(init.body) as unknown) : undefined,
    };
    const answer = answers[Math.min(sent.length, answers.length - 1)];
    sent.push(request);
    if (answer === undefined) throw new Error("no answer was prepared");
    return answer(request);
  };
  const client = openManagement({
    url: "http://127.0.0.1:4180/",
    token: "secret",
    agent: "dimmer-cli",
    fetch: answerNext,
    sleep: async (ms) => void waits.push(ms),
    ...more,
  });
  return { client, sent, waits };
}

const networkError: Answer = () => {
  throw new TypeError("fetch failed", { cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }) });
};

/** An answer that ends in the middle. */
const broken: Answer = () => {
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error("socket hang up")) });
  return new Response(body, { headers: { "content-type": "application/json" } });
};

async function catchError<T>(promise: Promise<T>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable("it should have been refused"),
    (error: unknown) => error,
  );
}

describe("what is sent", () => {
  test("a whole list is asked for in the largest pages", async () => {
    const { client, sent } = openTest([() => json({ items: [{ key: "a" }], next: "c" }), () => json({ items: [], next: null })]);
    await client.listFlags("p");
    const queries = sent.map(({ url }) => Object.fromEntries(new URL(url).searchParams));
    expect(queries).toEqual([
      { archived: "false", limit: "200" },
      { archived: "false", limit: "200", cursor: "c" },
    ]);
  });

  test("names are one path segment each, the token is in its header", async () => {
    const { client, sent } = openTest([() => json({ key: "a/b" })]);
    await client.getFlag("p?", "a/b");
    expect(sent[0]?.url).toBe("http://127.0.0.1:4180/api/v1/projects/p%3F/flags/a%2Fb");
    expect(sent[0]?.headers.get("authorization")).toBe("Bearer secret");
    expect(sent[0]?.headers.get("user-agent")).toBe("dimmer-cli");
    expect(sent[0]?.headers.has("content-type")).toBe(false);
  });
  test("a base address keeps its path", async () => {
    const { client, sent } = openTest([() => json([])], { url: "https://host/dimmer/?x#y" });
    await client.listProjects();
    expect(sent[0]?.url).toBe("https://host/dimmer/api/v1/projects?limit=200");
  });
  test("a change is a POST with its body", async () => {
    const { client, sent } = openTest([() => json({ status: "valid" })]);
    await client.submitChange("demo", { operations: [{ kind: "kill", flag: "f", environment: "e" }], dryRun: true });
    expect(sent[0]).toMatchObject({
      method: "POST",
      body: { operations: [{ kind: "kill", flag: "f", environment: "e" }], dryRun: true },
    });
    expect(sent[0]?.headers.get("content-type")).toBe("application/json");
  });
  test("a server key fetches the snapshot past the management path", async () => {
    const seen: string[] = [];
    const fetchOne: typeof fetch = async (input) => {
      seen.push(input instanceof Request ? input.url : String(input));
      return json({ format: 1 });
    };
    expect(await fetchSnapshot({ url: "http://h", token: "k", fetch: fetchOne })).toEqual({ format: 1 });
    expect(seen).toEqual(["http://h/sdk/v1/snapshot"]);
  });
  test.each(["ftp://x", "4180", ""])("%s is no address", (url) => {
    expect(() => openManagement({ url, token: undefined })).toThrow(UnreachableError);
  });
});

describe("lists", () => {
  test("follow their pages to the end", async () => {
    const { client, sent } = openTest([() => json({ items: [1, 2], next: "c 1" }), () => json({ items: [3], next: null })]);
    expect(await client.listFlags("demo")).toEqual([1, 2, 3]);
    expect(sent[1]?.url).toContain("cursor=c+1");
  });
  test("stop at their limit", async () => {
    const { client, sent } = openTest([() => json({ items: [1, 2], next: "c" })]);
    expect(await client.listChanges("demo", 3)).toEqual([1, 2, 1]);
    expect(sent).toHaveLength(2);
    expect(sent[0]?.url).toContain("limit=3");
  });
  test("a server that never ends a list is not followed for ever", async () => {
    const { client, sent } = openTest([() => json({ items: [], next: "again" })]);
    expect(await catchError(client.listFlags("demo"))).toBeInstanceOf(ProblemError);
    expect(sent).toHaveLength(CLIENT_LIMITS.pages);
  });
});

describe("refusals", () => {
  test.each(["conflict", "unauthenticated", "not-found", "revision-mismatch"] as const)(
    "%s comes back as itself",
    async (code) => {
      const { client } = openTest([() => refuse(code)]);
      expect(await catchError(client.submitChange("demo", { operations: [] }))).toMatchObject({
        name: "ProblemError",
        code,
        message: `because ${code}`,
        requestId: "request-1",
      });
    },
  );
  test("a code from a newer server is read by its status", async () => {
    const body = { type: "urn:dimmer:problem:frozen", code: "frozen", title: "Frozen", status: 409, detail: "It is frozen." };
    const { client } = openTest([() => json(body, 409)]);
    expect(await catchError(client.getFlag("demo", "f"))).toMatchObject({ code: "already-exists", message: "It is frozen." });
  });
  test("a page of somebody else's is no refusal of ours", async () => {
    const { client } = openTest([() => new Response("<html>", { status: 404, headers: { "content-type": "text/html" } })]);
    expect(await catchError(client.getFlag("demo", "f"))).toMatchObject({
      name: "UnreachableError",
      message: "What answers at http://127.0.0.1:4180 is not a Dimmer server (HTTP 404, text/html).",
    });
  });
  test("a 200 that is not JSON is none either", async () => {
    const { client } = openTest([() => new Response("welcome")]);
    expect(await catchError(client.listProjects())).toBeInstanceOf(UnreachableError);
  });
  test("a redirect is not followed with the token in hand", async () => {
    const { client, sent } = openTest([() => new Response(null, { status: 302, headers: { location: "http://evil" } })]);
    expect(await catchError(client.listProjects())).toBeInstanceOf(UnreachableError);
    expect(sent).toHaveLength(1);
  });
  test("an empty 204 is an answer", async () => {
    const { client } = openTest([() => new Response(null, { status: 204 })]);
    await expect(client.revokeKey("demo", "k")).resolves.toBeUndefined();
  });
});

describe("sending again", () => {
  const check = async (
    act: (client: Management) => Promise<unknown>,
    answers: readonly Answer[],
    expected: { sent: number; waits: number[] },
  ) => {
    const { client, sent, waits } = openTest(answers);
    await act(client).catch(() => undefined);
    expect({ sent: sent.length, waits }).toEqual(expected);
  };
  const get = (client: Management) => client.getFlag("demo", "f");
  const post = (client: Management) => client.submitChange("demo", { operations: [] });

  test("a GET that meets no server", () => check(get, [networkError], { sent: 3, waits: [150, 300] }));
  test("a GET that meets one at last", () => check(get, [networkError, () => json({})], { sent: 2, waits: [150] }));
  test("a GET while the store is away", () => check(get, [() => refuse("store-unavailable")], { sent: 3, waits: [150, 300] }));
  test("a GET waits as long as it is asked to", () =>
    check(get, [() => json({}, 429, { "retry-after": "2" }), () => json({})], { sent: 2, waits: [2000] }));
  test("but not for ever", () => check(get, [() => json({}, 429, { "retry-after": "60" })], { sent: 1, waits: [] }));
  test("a GET that is refused", () => check(get, [() => refuse("not-found")], { sent: 1, waits: [] }));
  test("a change that meets no server", () => check(post, [networkError], { sent: 3, waits: [150, 300] }));
  test("a change while the store is away", () =>
    check(post, [() => refuse("store-unavailable")], { sent: 3, waits: [150, 300] }));
  test("a change whose answer was lost, while the first is carried out", () =>
    check(post, [broken, () => json({}, 409, { "retry-after": "1" }), () => json({})], { sent: 3, waits: [150, 1000] }));
  test("a change that is refused", () => check(post, [() => refuse("conflict")], { sent: 1, waits: [] }));

  test("a change carries one key through all its tries, and the next change another", async () => {
    const { client, sent } = openTest([networkError, () => json({}), () => json({})]);
    await post(client);
    await post(client);
    await get(client);
    const [first, again, next, read] = sent.map(({ headers }) => headers.get("idempotency-key"));
    expect(first).toMatch(/^[\da-f]{32}$/u);
    expect([again === first, next === first, read]).toEqual([true, false, null]);
  });
});

describe("no answer", () => {
  test("no server says its address, the reason and the mend", async () => {
    const { client } = openTest([networkError]);
    expect(await catchError(client.listProjects())).toMatchObject({
      name: "UnreachableError",
      url: "http://127.0.0.1:4180",
      message: "No server answers at http://127.0.0.1:4180 (ECONNREFUSED).",
      mend: expect.stringContaining("dimmer serve"),
    });
  });
  test("a silent server is given up after the time limit, once", async () => {
    const silent: Answer = () => {
      throw new DOMException("The operation was aborted due to timeout", "TimeoutError");
    };
    const { client, sent } = openTest([silent], { timeoutMs: 2_000 });
    expect(await catchError(client.listProjects())).toMatchObject({
      message: "http://127.0.0.1:4180 did not answer within 2 s.",
    });
    expect(sent).toHaveLength(1);
  });
  test("an answer that breaks off", async () => {
    const { client } = openTest([broken]);
    expect(await catchError(client.listProjects())).toMatchObject({
      message: "http://127.0.0.1:4180 broke off in the middle of its answer (socket hang up).",
    });
  });
  test("no error ever holds the token", async () => {
    const { client } = openTest([networkError]);
    expect(
      JSON.stringify(await catchError(client.listProjects())) + String(await catchError(client.listProjects())),
    ).not.toContain("secret");
  });
});
