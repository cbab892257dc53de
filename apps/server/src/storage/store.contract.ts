/** What every store must do, whatever lies behind it: each dialect's test runs this. */

import { afterEach, beforeEach, describe } from "vitest";
import { historyContract } from "./store-history.contract.ts";
import { actingContract } from "./store-acting.contract.ts";
import { alertContract } from "./store-alerts.contract.ts";
import { experimentContract } from "./store-experiments.contract.ts";
import { judgeContract } from "./store-judges.contract.ts";
import { rolloutContract } from "./store-rollouts.contract.ts";
import { modelContract } from "./store-models.contract.ts";
import { watchContract } from "./store-watches.contract.ts";
import { peopleContract } from "./store-people.contract.ts";
import { recordContract } from "./store-records.contract.ts";
import { transactionContract } from "./store-transactions.contract.ts";
import type { Store } from "./store.ts";

/**
 * Shape:  `open` gives an empty store each time; the contract closes it.
 * Source: the port, `store.ts`.
 */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`store contract: ${name}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(async () => {
      await store.close();
    });
    transactionContract(() => store);
    recordContract(() => store);
    historyContract(() => store);
    actingContract(() => store);
    modelContract(() => store);
    experimentContract(() => store);
    judgeContract(() => store);
    watchContract(() => store);
    rolloutContract(() => store);
    alertContract(() => store);
    peopleContract(() => store);
  });
}
