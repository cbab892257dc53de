/** One SQLite connection under Kysely: synchronous statements, cached, with errors told apart. */

import { ProblemError } from "@dimmer/protocol";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { unstorableText } from "../json-column.ts";
import type { Tables } from "../tables.ts";
import type { SqliteDatabase, SqliteModule } from "./sqlite-module.ts";
import { prepareStatement, type PreparedStatement } from "./sqlite-statement.ts";

/** Prepared statements kept for each connection. */
const CACHED_STATEMENTS = 500;

export interface SqliteConnection {
  readonly db: Kysely<Tables>;
  exec(sql: string): void;
  /** The first column of a pragma's first row. */
  pragma(text: string): unknown;
  /** The first error of a statement since `exec("begin…")`, or undefined. */
  failure(): unknown;
  /** Again is nothing. */
  close(): void;
}

/**
 * Shape:  Kysely runs every query on this one connection; whoever owns it takes care that they do not interleave.
 * Errors: SQLite's own, except text that cannot be stored: `ProblemError("invalid-request")`.
 */
export function openSqliteConnection(module: SqliteModule, path: string): SqliteConnection {
  const database = new module.DatabaseSync(path);
  const statements = createStatementCache(database);
  let failed: unknown;
  let isOpen = true;

  async function run(query: CompiledQuery): Promise<QueryResult<never>> {
    try {
      if (!STATEMENTS.has(query.query.kind)) statements.forget();
      return execute(statements.prepare(query.sql), query);
    } catch (error) {
      failed ??= error;
      throw error;
    }
  }

  return {
    db: new Kysely<Tables>({ dialect: createDialect({ executeQuery: run, streamQuery: refuseStreams }) }),
    exec(sql) {
      if (sql.startsWith("begin")) failed = undefined;
      database.exec(sql);
    },
    pragma: (text) => Object.values(statements.prepare(`pragma ${text}`).all([])[0] as object)[0],
    failure: () => failed,
    close() {
      if (!isOpen) return;
      isOpen = false;
      database.close();
    },
  };
}

interface StatementCache {
  prepare(sql: string): PreparedStatement;
  /** Before the schema changes: a statement keeps the names of the columns that it had. */
  forget(): void;
}

/** The least recently used statement goes first. */
function createStatementCache(database: SqliteDatabase): StatementCache {
  const cached = new Map<string, PreparedStatement>();
  return {
    prepare(sql) {
      const statement = cached.get(sql) ?? prepareStatement(database, sql);
      cached.delete(sql);
      cached.set(sql, statement);
      if (cached.size > CACHED_STATEMENTS) cached.delete(cached.keys().next().value ?? "");
      return statement;
    },
    forget: () => cached.clear(),
  };
}

const WRITES = new Set(["InsertQueryNode", "UpdateQueryNode", "DeleteQueryNode"]);
/** What leaves the schema as it is. */
const STATEMENTS = new Set([...WRITES, "SelectQueryNode"]);

function execute(statement: PreparedStatement, { query, parameters }: CompiledQuery): QueryResult<never> {
  refuseUnstorable(parameters);
  const isWrite = WRITES.has(query.kind) && !("returning" in query && query.returning !== undefined);
  if (!isWrite) return { rows: statement.all(parameters) as never[] };
  return { rows: [], numAffectedRows: BigInt(statement.run(parameters).changes) };
}

function refuseUnstorable(parameters: readonly unknown[]): void {
  for (const parameter of parameters) {
    const why = typeof parameter === "string" ? unstorableText(parameter) : undefined;
    if (why !== undefined) throw new ProblemError("invalid-request", why);
  }
}

function refuseStreams(): never {
  throw new Error("the store reads in pages, not in streams");
}

function createDialect(connection: DatabaseConnection): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createDriver: () => createDriver(connection),
  };
}

/** Transactions are begun and ended by the store itself; Kysely only runs statements. */
function createDriver(connection: DatabaseConnection): Driver {
  const refuse = () => Promise.reject(new Error("transactions go through Store.transaction"));
  return {
    init: () => Promise.resolve(),
    acquireConnection: () => Promise.resolve(connection),
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    releaseConnection: () => Promise.resolve(),
    destroy: () => Promise.resolve(),
  };
}
