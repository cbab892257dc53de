/** The control: writes as the writer does, but with `synchronous = normal`, which a power cut must be seen to punish. */

import { writeSync } from "node:fs";
import { loadSqlite } from "../../apps/server/src/storage/dialects/sqlite-module.ts";

const [path = "", count = "0"] = process.argv.slice(2);
const { DatabaseSync } = await loadSqlite(process.versions.node);
const database = new DatabaseSync(path);
database.exec("pragma journal_mode = wal; pragma synchronous = normal; create table if not exists rows (id integer primary key)");
const insert = database.prepare("insert into rows default values");
for (let row = 1; row <= Number(count); row += 1) {
  insert.run();
  writeSync(1, `ack ${row}\n`);
}
process.kill(process.pid, "SIGKILL");
