/** The audit chain: what is appended verifies, and every tampering with it is found. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadSqlite, type SqliteDatabase } from "../storage/dialects/sqlite-module.ts";
import { openSqliteStore } from "../storage/dialects/sqlite.ts";
import type { Store } from "../storage/store.ts";
import { appendAudit, INSTALLATION_CHAIN, projectChain } from "./append-audit.ts";
import { linkHash, makeLink, type AuditBody, payloadDigest, signHead } from "./audit-link.ts";
import { listAudit } from "./list-audit.ts";
import { auditChains, verifyAudit } from "./verify-audit.ts";

const auditKey = new Uint8Array(32).fill(7);
const CHAIN = projectChain("shop");
const ROWS = 12;
let seed = 0;
const random = (bytes: number): Uint8Array =>
  new Uint8Array(bytes).map(() => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) & 0xff);
const append = (store: Store, chain: string, number: number): Promise<number> =>
  store.transaction((tx) =>
    appendAudit(
      tx,
      { chain, at: number, action: "change.apply", actor: { kind: "key", id: `k${number}`, name: "Ada" }, details: { number } },
      { random, auditKey },
    ),
  );

describe("an audit chain", () => {
  let directory = "";
  let store: Store;
  let raw: SqliteDatabase;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "dimmer-audit-"));
    const path = join(directory, "control.db");
    store = await openSqliteStore({ path });
    for (let number = 1; number <= ROWS; number += 1) await append(store, CHAIN, number);
    for (let number = 1; number <= 3; number += 1) await append(store, INSTALLATION_CHAIN, number);
    const { DatabaseSync } = await loadSqlite(process.versions.node);
    raw = new DatabaseSync(path);
  });
  afterAll(async () => {
    raw.close();
    await store.close();
    await rm(directory, { recursive: true, force: true });
  });

  it("verifies as written, and gives its rows newest first", async () => {
    expect(await verifyAudit(store, CHAIN, auditKey)).toMatchObject({ chain: CHAIN, ok: true, rows: ROWS, firstBad: null });
    const rows = await listAudit(store, CHAIN, { limit: 2, before: 10 });
    expect(rows.map(({ sequence }) => sequence)).toEqual([9, 8]);
    expect(rows[0]).toMatchObject({
      at: new Date(9).toISOString(),
      action: "change.apply",
      actor: { kind: "key", id: "k9", name: "Ada" },
      details: { number: 9 },
    });
    expect(await listAudit(store, "project/none", { limit: 5 })).toEqual([]);
  });

  it("hashes bytes that anybody can compute again", async () => {
    const [first, second] = await store.listAuditLinks(CHAIN, 0, 2);
    const [actor] = await store.listAuditPayloads(CHAIN, 1, 1);
    expect(first?.hash).toBe(linkHash("0".repeat(64), first?.body ?? ""));
    expect(second?.hash).toBe(linkHash(first?.hash ?? "", second?.body ?? ""));
    expect(JSON.parse(first?.body ?? "")).toMatchObject({ v: 1, actor: payloadDigest(actor?.salt ?? "", actor?.content ?? "") });
  });

  it("is not well with another key, and not without any rows", async () => {
    const other = await verifyAudit(store, CHAIN, new Uint8Array(32));
    expect(other).toMatchObject({ ok: false, firstBad: { sequence: ROWS + 1, why: expect.stringContaining("signature") } });
    expect(await verifyAudit(store, "project/none", auditKey)).toMatchObject({ ok: false, rows: 0 });
  });

  it("verifies while others append", async () => {
    const memory = await openSqliteStore({ path: ":memory:" });
    await append(memory, CHAIN, 1);
    const appending = (async () => {
      for (let number = 2; number <= 120; number += 1) await append(memory, CHAIN, number);
    })();
    for (let round = 0; round < 20; round += 1) expect((await verifyAudit(memory, CHAIN, auditKey)).firstBad).toBeNull();
    await appending;
    expect(await verifyAudit(memory, CHAIN, auditKey)).toMatchObject({ ok: true, rows: 120 });
    await memory.close();
  });

  it("verifies over several pages", async () => {
    const memory = await openSqliteStore({ path: ":memory:" });
    await memory.transaction(async (tx) => {
      const actor = { kind: "system", id: "s", name: "s" } as const;
      for (let number = 1; number <= 2_500; number += 1) {
        await appendAudit(tx, { chain: CHAIN, at: 1, action: "a.b", actor, details: number }, { random, auditKey });
      }
    });
    expect(await verifyAudit(memory, CHAIN, auditKey)).toMatchObject({ ok: true, rows: 2_500 });
    await memory.close();
  });

  it("misses a chain that is gone as a whole", async () => {
    const memory = await openSqliteStore({ path: ":memory:" });
    await memory.transaction(async (tx) => {
      await tx.putProject({ key: "shop", name: "Shop", createdAt: 1 });
      await tx.putInstallation({ id: "i", createdAt: 1, keyCheck: "c", mark: "" });
    });
    expect(await auditChains(memory)).toEqual([INSTALLATION_CHAIN, CHAIN]);
    await memory.close();
  });

  /** Each runs inside a raw transaction that is rolled back afterwards. Gives the sequence that must be named, or null for any. */
  type Tampering = (at: number, other: number) => number | null;
  const set = (table: string, assignment: string, at: number, more = ""): void =>
    raw.exec(`update ${table} set ${assignment} where chain = '${CHAIN}' and sequence = ${at} ${more}`);
  const remove = (table: string, where: string): void => raw.exec(`delete from ${table} where chain = '${CHAIN}' and ${where}`);
  const bodyOf = (at: number): AuditBody => {
    const [row] = raw.prepare(`select body from audit_links where chain = '${CHAIN}' and sequence = ${at}`).all() as {
      body: string;
    }[];
    return JSON.parse(row?.body ?? "null") as AuditBody;
  };
  const hashOf = (at: number): string => {
    const [row] = raw.prepare(`select hash from audit_links where chain = '${CHAIN}' and sequence = ${at}`).all() as {
      hash: string;
    }[];
    return row?.hash ?? "0".repeat(64);
  };
  /** Writes everything from a row on anew, as somebody without the audit key would have to. */
  const rewriteFrom = (at: number, change: (body: AuditBody) => AuditBody): void => {
    for (let sequence = at; sequence <= ROWS; sequence += 1) {
      const body = sequence === at ? change(bodyOf(sequence)) : bodyOf(sequence);
      const link = makeLink(hashOf(sequence - 1), body);
      set("audit_links", `body = '${link.body}', hash = '${link.hash}'`, sequence);
    }
  };
  const TAMPERINGS: Readonly<Record<string, Tampering>> = {
    "edits a body": (at) => (set("audit_links", "body = replace(body, 'change.apply', 'change.undone')", at), at),
    "edits a time": (at) => (set("audit_links", `body = replace(body, '"at":${at}', '"at":${at}0')`, at), at),
    "edits a hash": (at) => (set("audit_links", "hash = replace(hash, substr(hash, 1, 4), 'beef')", at), at),
    "deletes a row": (at) => (remove("audit_links", `sequence = ${at}`), at),
    "deletes a row with its payload": (at) => {
      remove("audit_links", `sequence = ${at}`);
      remove("audit_payloads", `sequence = ${at}`);
      return at;
    },
    "cuts the tail": (at) => {
      for (const table of ["audit_links", "audit_payloads"]) remove(table, `sequence >= ${at}`);
      return at;
    },
    "cuts the tail and moves the head": (at) => {
      const from = Math.max(at, 2);
      for (const table of ["audit_links", "audit_payloads"]) remove(table, `sequence >= ${from}`);
      raw.exec(`update audit_heads set sequence = ${from - 1}, hash = '${hashOf(from - 1)}' where chain = '${CHAIN}'`);
      return from;
    },
    "swaps two rows": (at, other) => {
      const far = other === at ? (at % ROWS) + 1 : other;
      for (const table of ["audit_links", "audit_payloads"]) {
        set(table, "sequence = -1", at);
        set(table, `sequence = ${at}`, far);
        set(table, `sequence = ${far}`, -1);
      }
      return Math.min(at, far);
    },
    "inserts a row at the end": () => {
      const link = makeLink(hashOf(ROWS), { ...bodyOf(ROWS), sequence: ROWS + 1 });
      raw.exec(`insert into audit_links values ('${CHAIN}', ${ROWS + 1}, '${link.body}', '${link.hash}')`);
      raw.exec(
        `insert into audit_payloads select chain, ${ROWS + 1}, part, salt, content from audit_payloads where chain = '${CHAIN}' and sequence = ${ROWS}`,
      );
      return ROWS + 1;
    },
    "inserts a row before the first": () => {
      raw.exec(`insert into audit_links values ('${CHAIN}', 0, '{}', 'x')`);
      return 0;
    },
    "replaces a row by another chain's": (at) => {
      const from = (at % 3) + 1;
      raw.exec(
        `update audit_links set (body, hash) = (select body, hash from audit_links where chain = '${INSTALLATION_CHAIN}' and sequence = ${from}) where chain = '${CHAIN}' and sequence = ${at}`,
      );
      return at;
    },
    "writes everything anew from a row on": (at) => {
      rewriteFrom(at, (body) => ({ ...body, at: body.at + 1 }));
      return null;
    },
    "writes everything anew, and signs with another key": (at) => {
      rewriteFrom(at, (body) => ({ ...body, action: "nothing.happened" }));
      const head = signHead({ chain: CHAIN, sequence: ROWS, body: "", hash: hashOf(ROWS) }, new Uint8Array(32).fill(8));
      raw.exec(`update audit_heads set hash = '${head.hash}', signature = '${head.signature}' where chain = '${CHAIN}'`);
      return null;
    },
    "edits a payload": (at) => (set("audit_payloads", `content = '{"number":77}'`, at, "and part = 'details'"), at),
    "edits a salt": (at) => (set("audit_payloads", "salt = '00'", at, "and part = 'actor'"), at),
    "moves the border between salt and content": (at) => {
      set("audit_payloads", "salt = salt || substr(content, 1, 1), content = substr(content, 2)", at, "and part = 'details'");
      return at;
    },
    "blanks a payload": (at) => (set("audit_payloads", "content = null, salt = ''", at, "and part = 'actor'"), at),
    "blanks a payload but not its salt": (at) => (set("audit_payloads", "content = null", at, "and part = 'actor'"), at),
    "blanks a salt": (at) => (set("audit_payloads", "salt = ''", at, "and part = 'actor'"), at),
    "deletes a payload": (at) => (remove("audit_payloads", `sequence = ${at} and part = 'details'`), at),
    "swaps actor and details": (at) => {
      set("audit_payloads", "part = 'x'", at, "and part = 'actor'");
      set("audit_payloads", "part = 'actor'", at, "and part = 'details'");
      set("audit_payloads", "part = 'details'", at, "and part = 'x'");
      return at;
    },
    "moves a payload": (at) => (set("audit_payloads", `sequence = ${ROWS + 5}`, at, "and part = 'actor'"), at),
    "adds a payload": (at) => (raw.exec(`insert into audit_payloads values ('${CHAIN}', ${at}, 'extra', '', null)`), at),
    "adds a payload between two rows": (at) => {
      raw.exec(`insert into audit_payloads values ('${CHAIN}', ${at - 1}.5, 'actor', '', null)`);
      return at;
    },
    "adds a payload without a row": (at) => {
      raw.exec(`insert into audit_payloads values ('${CHAIN}', ${ROWS + at}, 'actor', '', null)`);
      return ROWS + at;
    },
    "edits the head's sequence": (at) => {
      raw.exec(`update audit_heads set sequence = ${ROWS + at} where chain = '${CHAIN}'`);
      return null;
    },
    "edits the head's hash": () => (raw.exec(`update audit_heads set hash = 'x' || hash where chain = '${CHAIN}'`), null),
    "edits the signature": () => (raw.exec(`update audit_heads set signature = 'é' || signature where chain = '${CHAIN}'`), null),
    "takes another chain's head": () => {
      raw.exec(`delete from audit_heads where chain = '${CHAIN}'`);
      raw.exec(`update audit_heads set chain = '${CHAIN}' where chain = '${INSTALLATION_CHAIN}'`);
      return null;
    },
    "deletes the head": () => (raw.exec(`delete from audit_heads where chain = '${CHAIN}'`), null),
    "deletes everything": () => {
      for (const table of ["audit_links", "audit_payloads", "audit_heads"])
        raw.exec(`delete from ${table} where chain = '${CHAIN}'`);
      return 1;
    },
  };

  /** Commits the tampering so that the store's own reader sees it, and puts everything back from a copy. */
  async function tamper(kind: string, at: number, other: number): Promise<void> {
    const tampering = TAMPERINGS[kind];
    if (tampering === undefined) throw new Error(`no tampering ${kind}`);
    raw.exec("begin immediate");
    const expected = tampering(at, other);
    raw.exec("commit");
    try {
      const { ok, firstBad } = await verifyAudit(store, CHAIN, auditKey);
      const named = { kind, at, other, ok, sequence: expected === null ? null : firstBad?.sequence };
      expect(named).toEqual({ kind, at, other, ok: false, sequence: expected });
      expect(firstBad?.why).toMatch(/./);
    } finally {
      restore();
    }
  }

  const TABLES = ["audit_links", "audit_payloads", "audit_heads"];
  function restore(): void {
    raw.exec("begin immediate");
    for (const table of TABLES) raw.exec(`delete from ${table}; insert into ${table} select * from temp.copy_of_${table}`);
    raw.exec("commit");
  }

  describe("under 1,000 random tamperings", () => {
    beforeAll(() => {
      for (const table of TABLES) raw.exec(`create temp table copy_of_${table} as select * from main.${table}`);
    });

    it.each(Object.keys(TAMPERINGS))("is found when somebody %s", async (kind) => {
      await tamper(kind, 5, 8);
      expect(await verifyAudit(store, CHAIN, auditKey)).toMatchObject({ ok: true });
    });

    it("is found every time", { timeout: 60_000 }, async () => {
      const place = fc.integer({ min: 1, max: ROWS });
      await fc.assert(fc.asyncProperty(fc.constantFrom(...Object.keys(TAMPERINGS)), place, place, tamper), { numRuns: 1_000 });
      expect(await verifyAudit(store, CHAIN, auditKey)).toMatchObject({ ok: true });
    });
  });
});
