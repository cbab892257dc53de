/** The first schema: projects, environments, flags, segments, history, keys, secrets, audit. */

import type { CreateTableBuilder, Kysely } from "kysely";

/** In SQL that SQLite and PostgreSQL share; text keys, `bigint` times and counters, JSON as text. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createInstallation(db);
  await createFlags(db);
  await createSegments(db);
  await createHistory(db);
  await createAccess(db);
  await createAudit(db);
}

async function createInstallation(db: Kysely<unknown>): Promise<void> {
  await table(db, "installation", { only_row: "integer", id: "text", created_at: "bigint", key_check: "text" }, [
    "only_row",
  ]).execute();
  await table(db, "projects", { key: "text", name: "text", created_at: "bigint" }, ["key"]).execute();
  await inProject(
    table(
      db,
      "environments",
      {
        project: "text",
        key: "text",
        name: "text",
        production: "integer",
        epoch: "text",
        version: "bigint",
        created_at: "bigint",
      },
      ["project", "key"],
    ),
  ).execute();
}

async function createFlags(db: Kysely<unknown>): Promise<void> {
  await inProject(
    table(
      db,
      "flags",
      {
        project: "text",
        key: "text",
        revision: "bigint",
        salt: "text",
        definition: "text",
        archived_at: "bigint?",
        created_at: "bigint",
        updated_at: "bigint",
      },
      ["project", "key"],
    ),
  ).execute();
  await ofFlag(
    table(
      db,
      "flag_variants",
      {
        project: "text",
        flag: "text",
        variant: "text",
        position: "integer",
        description: "text?",
        only_condition: "text?",
        latest: "integer",
        draft: "text?",
      },
      ["project", "flag", "variant"],
    ),
  ).execute();
  await inEnvironment(
    ofFlag(
      table(db, "flag_environments", { project: "text", flag: "text", environment: "text", revision: "bigint", config: "text" }, [
        "project",
        "flag",
        "environment",
      ]),
    ),
  ).execute();
  await inEnvironment(
    ofFlag(
      table(db, "published_values", { project: "text", environment: "text", flag: "text", variant: "text", number: "integer" }, [
        "project",
        "environment",
        "flag",
        "variant",
      ]),
    ),
  ).execute();
  await inProject(
    table(
      db,
      "value_versions",
      { project: "text", flag: "text", variant: "text", number: "integer", digest: "text", value: "text", created_at: "bigint" },
      ["project", "flag", "variant", "number"],
    ),
  ).execute();
}

async function createSegments(db: Kysely<unknown>): Promise<void> {
  await inProject(
    table(
      db,
      "segments",
      {
        project: "text",
        key: "text",
        revision: "bigint",
        definition: "text",
        removed_at: "bigint?",
        created_at: "bigint",
        updated_at: "bigint",
      },
      ["project", "key"],
    ),
  ).execute();
  await inEnvironment(
    table(
      db,
      "segment_environments",
      { project: "text", segment: "text", environment: "text", revision: "bigint", config: "text" },
      ["project", "segment", "environment"],
    ),
  )
    .addForeignKeyConstraint(
      "segment_environments_segment",
      ["project", "segment"] as never,
      "segments",
      ["project", "key"],
      (key) => key.deferrable().initiallyDeferred(),
    )
    .execute();
}

async function createHistory(db: Kysely<unknown>): Promise<void> {
  await inProject(
    table(
      db,
      "changes",
      {
        project: "text",
        id: "text",
        sequence: "bigint",
        at: "bigint",
        actor: "text",
        reason: "text?",
        source: "text",
        operations: "text",
        inverse: "text",
        effects: "text",
        versions: "text",
        summary: "text",
        undoes: "text?",
        undone_by: "text?",
      },
      ["project", "id"],
    ),
  )
    .addUniqueConstraint("changes_sequence", ["project", "sequence"] as never)
    .execute();
  await inProject(
    table(db, "change_reaches", { project: "text", sequence: "bigint", flag: "text", environment: "text" }, [
      "project",
      "flag",
      "environment",
      "sequence",
    ]),
  ).execute();
  await db.schema
    .createIndex("change_reaches_environment")
    .on("change_reaches")
    .columns(["project", "environment", "sequence"])
    .execute();
  await inEnvironment(
    table(
      db,
      "revisions",
      {
        project: "text",
        environment: "text",
        kind: "text",
        key: "text",
        revision: "bigint",
        version: "bigint",
        change: "text",
        config: "text?",
      },
      ["project", "environment", "kind", "key", "revision"],
    ),
  ).execute();
  await db.schema.createIndex("revisions_version").on("revisions").columns(["project", "environment", "version"]).execute();
}

async function createAccess(db: Kysely<unknown>): Promise<void> {
  await inProject(
    table(
      db,
      "keys",
      {
        id: "text",
        kind: "text",
        name: "text",
        prefix: "text",
        hash: "text",
        project: "text?",
        environment: "text?",
        created_at: "bigint",
        expires_at: "bigint?",
        revoked_at: "bigint?",
      },
      ["id"],
    ),
  )
    .addUniqueConstraint("keys_hash", ["hash"] as never)
    .execute();
  await inProject(
    table(
      db,
      "secrets",
      {
        id: "text",
        purpose: "text",
        project: "text?",
        environment: "text?",
        sealed: "text",
        created_at: "bigint",
        retired_at: "bigint?",
      },
      ["id"],
    ),
  ).execute();
  await db.schema.createIndex("secrets_purpose").on("secrets").columns(["purpose", "project", "environment"]).execute();
}

async function createAudit(db: Kysely<unknown>): Promise<void> {
  await table(db, "audit_links", { chain: "text", sequence: "bigint", body: "text", hash: "text" }, [
    "chain",
    "sequence",
  ]).execute();
  await table(db, "audit_payloads", { chain: "text", sequence: "bigint", part: "text", salt: "text", content: "text?" }, [
    "chain",
    "sequence",
    "part",
  ]).execute();
  await table(db, "audit_heads", { chain: "text", sequence: "bigint", hash: "text", signature: "text" }, ["chain"]).execute();
}

type ColumnType = "text" | "text?" | "integer" | "bigint" | "bigint?";
type TableBuilder = CreateTableBuilder<string, string>;

/** A question mark makes the column nullable; everything else is not null. */
function table(
  db: Kysely<unknown>,
  name: string,
  columns: Readonly<Record<string, ColumnType>>,
  key: readonly string[],
): TableBuilder {
  let builder: TableBuilder = db.schema.createTable<string>(name);
  for (const [column, type] of Object.entries(columns)) {
    const isNullable = type.endsWith("?");
    const sqlType = (isNullable ? type.slice(0, -1) : type) as "text" | "integer" | "bigint";
    builder = builder.addColumn(column, sqlType, (definition) => (isNullable ? definition : definition.notNull()));
  }
  return builder.addPrimaryKeyConstraint(`${name}_key`, [...key] as never);
}

// References are checked at commit, so that one change may write its records in any order.

function inProject(builder: TableBuilder): TableBuilder {
  return reference(builder, ["project"], "projects", ["key"]);
}

function inEnvironment(builder: TableBuilder): TableBuilder {
  return reference(builder, ["project", "environment"], "environments", ["project", "key"]);
}

function ofFlag(builder: TableBuilder): TableBuilder {
  return reference(builder, ["project", "flag"], "flags", ["project", "key"]);
}

function reference(
  builder: TableBuilder,
  columns: readonly string[],
  target: string,
  targetColumns: readonly string[],
): TableBuilder {
  const name = `${builder.toOperationNode().table.table.identifier.name}_in_${target}`;
  return builder.addForeignKeyConstraint(name, [...columns] as never, target, [...targetColumns], (key) =>
    key.deferrable().initiallyDeferred(),
  );
}
