/** DuckDB in the process that asks. */

import { telemetryStoreContract } from "../../telemetry/telemetry-store.contract.ts";
import { openDuckDbStore } from "./duckdb-store.ts";

telemetryStoreContract(() => openDuckDbStore(":memory:"));
