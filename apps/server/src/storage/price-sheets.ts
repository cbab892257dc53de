/** What projects say of prices, in SQL. */

import type { Kysely } from "kysely";
import { fromJson, toJson } from "./json-column.ts";
import type { PriceSheetReads, PriceSheetRecord, PriceSheetWrites } from "./price-sheet-record.ts";
import type { PriceSheetTable } from "./model-tables.ts";
import type { Tables } from "./tables.ts";

export function priceSheetReads(db: Kysely<Tables>): PriceSheetReads {
  return {
    async getPriceSheet(project) {
      const row = await db.selectFrom("price_sheets").selectAll().where("project", "=", project).executeTakeFirst();
      return row === undefined ? null : sheetOf(row);
    },
    async listPriceSheets() {
      return (await db.selectFrom("price_sheets").selectAll().orderBy("project").execute()).map(sheetOf);
    },
  };
}

export function priceSheetWrites(db: Kysely<Tables>): PriceSheetWrites {
  return {
    async putPriceSheet({ project, outputLimitUsd, prices }) {
      const row = { output_limit_usd: outputLimitUsd, prices: toJson(prices) };
      await db
        .insertInto("price_sheets")
        .values({ project, ...row })
        .onConflict((conflict) => conflict.column("project").doUpdateSet(row))
        .execute();
    },
  };
}

function sheetOf({ project, output_limit_usd, prices }: PriceSheetTable): PriceSheetRecord {
  return { project, outputLimitUsd: output_limit_usd, prices: fromJson(prices) as PriceSheetRecord["prices"] };
}
