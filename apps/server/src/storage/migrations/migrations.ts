/** Every migration of the store, in order; forward only. To add one: a file `NNNN-<what>.ts` with `up`, and a line here. */

import type { Kysely } from "kysely";
import { up as spine } from "./0001-spine.ts";

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly up: (db: Kysely<unknown>) => Promise<void>;
}

export const MIGRATIONS: readonly Migration[] = [{ number: 1, name: "spine", up: spine }];
