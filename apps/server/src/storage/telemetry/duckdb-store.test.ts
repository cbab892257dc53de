/** DuckDB in the process that asks. */

import { describe } from "vitest";
import { eventStoreContract } from "../../telemetry/event-store.contract.ts";
import { forgettingContract } from "../../telemetry/forgetting.contract.ts";
import { telemetryStoreContract } from "../../telemetry/telemetry-store.contract.ts";
import { toldValuesContract } from "../../telemetry/told-values.contract.ts";
import { openDuckDbStore } from "./duckdb-store.ts";

telemetryStoreContract(() => openDuckDbStore(":memory:"));
describe("[events-once] [overrides-no-evidence] [last-word] [run-found] events", () => {
  eventStoreContract(() => openDuckDbStore(":memory:"));
});
describe("[person-forgotten] [keys-hashed] people", () => {
  forgettingContract(() => openDuckDbStore(":memory:"));
});
describe("[metrics-defined] values", () => {
  toldValuesContract(() => openDuckDbStore(":memory:"));
});
