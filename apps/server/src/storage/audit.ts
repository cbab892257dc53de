/** Audit chains, in SQL: links are only ever added, payloads only ever blanked. */

import type { Kysely } from "kysely";
import { strict as assert } from "node:assert";
import { insertRows } from "./insert-rows.ts";
import type { AuditHeadRecord, AuditPayloadRecord, StoreReader, StoreTransaction } from "./store.ts";
import type { AuditPayloadTable, Tables } from "./tables.ts";

type Reads = Pick<
  StoreReader,
  | "getAuditHead"
  | "listAuditChains"
  | "listAuditRows"
  | "listAuditLinks"
  | "listAuditLinksBackwards"
  | "listAuditPayloads"
  | "countAuditPayloads"
>;
type Writes = Pick<StoreTransaction, "appendAudit" | "blankAuditPayload" | "signAuditHead">;

export function auditReads(db: Kysely<Tables>): Reads {
  return {
    async getAuditHead(chain) {
      return (await db.selectFrom("audit_heads").selectAll().where("chain", "=", chain).executeTakeFirst()) ?? null;
    },
    async listAuditChains() {
      const heads = db.selectFrom("audit_heads").select("chain");
      const rows = await heads.union(db.selectFrom("audit_links").select("chain").distinct()).execute();
      return rows.map((row) => row.chain).sort();
    },
    async listAuditRows(chain, after, limit) {
      return await rowQuery(db, chain).where("audit_links.sequence", ">", after).limit(limit).execute();
    },
    async listAuditLinks(chain, after, limit) {
      const query = db.selectFrom("audit_links").selectAll().where("chain", "=", chain).where("sequence", ">", after);
      return await query.orderBy("sequence").limit(limit).execute();
    },
    async listAuditLinksBackwards(chain, before, limit) {
      const query = db.selectFrom("audit_links").selectAll().where("chain", "=", chain);
      const below = before === null ? query : query.where("sequence", "<", before);
      return await below.orderBy("sequence", "desc").limit(limit).execute();
    },
    async listAuditPayloads(chain, from, to) {
      const query = db.selectFrom("audit_payloads").selectAll().where("chain", "=", chain);
      const rows = await query
        .where("sequence", ">=", from)
        .where("sequence", "<=", to)
        .orderBy("sequence")
        .orderBy("part")
        .execute();
      return rows.map(payloadOf);
    },
    async countAuditPayloads(chain, after, to) {
      const query = db.selectFrom("audit_payloads").where("chain", "=", chain).where("sequence", ">", after);
      const counted = query.where("sequence", "<=", to).select(({ fn }) => fn.countAll<number>().as("payloads"));
      return (await counted.executeTakeFirstOrThrow()).payloads;
    },
  };
}

/** Each part is at most one row, by its key. Only what verifying needs: every column costs, over millions of rows. */
function rowQuery(db: Kysely<Tables>, chain: string) {
  return db
    .selectFrom("audit_links")
    .leftJoin("audit_payloads as actor", (join) =>
      join
        .onRef("actor.chain", "=", "audit_links.chain")
        .onRef("actor.sequence", "=", "audit_links.sequence")
        .on("actor.part", "=", "actor"),
    )
    .leftJoin("audit_payloads as details", (join) =>
      join
        .onRef("details.chain", "=", "audit_links.chain")
        .onRef("details.sequence", "=", "audit_links.sequence")
        .on("details.part", "=", "details"),
    )
    .select([
      "audit_links.sequence",
      "audit_links.body",
      "audit_links.hash",
      "actor.salt as actorSalt",
      "actor.content as actorContent",
      "details.salt as detailsSalt",
      "details.content as detailsContent",
    ])
    .where("audit_links.chain", "=", chain)
    .orderBy("audit_links.sequence");
}

export function auditWrites(db: Kysely<Tables>): Writes {
  return {
    async appendAudit(link, payloads, head) {
      await db.insertInto("audit_links").values(link).execute();
      await insertRows(db, "audit_payloads", payloads);
      await advanceHead(db, head);
    },
    async signAuditHead({ chain, sequence, signature }) {
      const heads = db.updateTable("audit_heads").set({ signature }).where("chain", "=", chain).where("sequence", "=", sequence);
      const result = await heads.executeTakeFirst();
      assert(result.numUpdatedRows === 1n, `the head of ${chain} is not at ${sequence}`);
    },
    async blankAuditPayload(chain, sequence, part) {
      const result = await db
        .updateTable("audit_payloads")
        .set({ content: null, salt: "" })
        .where("chain", "=", chain)
        .where("sequence", "=", sequence)
        .where("part", "=", part)
        .executeTakeFirst();
      assert(result.numUpdatedRows === 1n, `audit row ${chain}#${sequence} has no ${part}`);
    },
  };
}

/** The head moves by exactly one, so that two writers who read the same head can never both append. */
async function advanceHead(db: Kysely<Tables>, head: AuditHeadRecord): Promise<void> {
  if (head.sequence === 1) {
    await db.insertInto("audit_heads").values(head).execute();
    return;
  }
  const result = await db
    .updateTable("audit_heads")
    .set({ sequence: head.sequence, hash: head.hash, signature: head.signature })
    .where("chain", "=", head.chain)
    .where("sequence", "=", head.sequence - 1)
    .executeTakeFirst();
  assert(result.numUpdatedRows === 1n, `audit chain ${head.chain} does not end at ${head.sequence - 1}`);
}

function payloadOf(row: AuditPayloadTable): AuditPayloadRecord {
  return {
    chain: row.chain,
    sequence: row.sequence,
    part: row.part as AuditPayloadRecord["part"],
    salt: row.salt,
    content: row.content,
  };
}
