/** DuckDB in the process that asks. */

import { eventStoreContract } from "../../telemetry/event-store.contract.ts";
import { telemetryStoreContract } from "../../telemetry/telemetry-store.contract.ts";
import { openDuckDbStore } from "./duckdb-store.ts";

telemetryStoreContract(() => openDuckDbStore(":memory:"));
eventStoreContract(() => openDuckDbStore(":memory:"));
