/** Makes one transaction of everything that a piece of work does, without the work knowing. */

import { openAsyncScope } from "./async-scope.ts";
import { wrapMethods } from "./bind-store.ts";
import type { Store, StoreReader, StoreTransaction } from "./store.ts";

export interface JoiningStore extends Store {
  /**
   * Every transaction that `work` begins is a part of this one, and what it reads outside of them is read in it.
   *
   * A part that rejects dooms the whole, even if somebody caught the error, because what it wrote before cannot be told apart.
   */
  together<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T>;
  /** Now; inside `together` once that has committed, and never where it did not. */
  afterCommit(effect: () => void): void;
}

interface Joined {
  readonly tx: StoreTransaction;
  readonly effects: (() => void)[];
  failure?: { readonly error: unknown };
  isOpen: boolean;
}

/**
 * Shape:  the same store; outside of `together` it behaves as it did.
 * Errors: the store's own, and those of `work`.
 * Source: ADR-0022.
 */
export function joinTransactions(store: Store): JoiningStore {
  const inside = openAsyncScope<Joined>();

  function joined(): Joined | undefined {
    const found = inside.current();
    return found?.isOpen === true ? found : undefined;
  }

  async function join<T>(whole: Joined, work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    try {
      return await work(whole.tx);
    } catch (error) {
      whole.failure ??= { error };
      throw error;
    }
  }

  async function runJoined<T>(whole: Joined, work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    try {
      const value = await inside.run(whole, () => work(whole.tx));
      if (whole.failure !== undefined) throw whole.failure.error;
      return value;
    } finally {
      whole.isOpen = false;
    }
  }

  return {
    ...wrapMethods<StoreReader>(store, (run) => run(joined()?.tx ?? store)),
    dialect: store.dialect,
    check: () => store.check(),
    close: () => store.close(),
    async transaction(work) {
      const whole = joined();
      return await (whole === undefined ? store.transaction(work) : join(whole, work));
    },
    async together(work) {
      const effects: (() => void)[] = [];
      const value = await store.transaction((tx) => runJoined({ tx, effects, isOpen: true }, work));
      for (const effect of effects) effect();
      return value;
    },
    afterCommit(effect) {
      const whole = joined();
      if (whole === undefined) effect();
      else whole.effects.push(effect);
    },
  };
}
