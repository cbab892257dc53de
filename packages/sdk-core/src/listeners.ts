/** Who wants to hear of what; a listener that throws harms nobody else. */

export type Listener<T> = (event: T) => void;

/** Shape: `on` returns its own undoing, which may be called twice. */
export interface Listeners<Events extends object> {
  on<E extends keyof Events>(event: E, listener: Listener<Events[E]>): () => void;
  emit<E extends keyof Events>(event: E, payload: Events[E]): void;
  isEmpty(): boolean;
  clear(): void;
}

/** Opens an empty set of listeners; `report` hears of the ones that throw. */
export function openListeners<Events extends object>(report: (failure: unknown, event: keyof Events) => void): Listeners<Events> {
  // A wrapper per subscription, so that one function subscribed twice is called twice and undone once.
  type Subscription = { readonly call: (payload: never) => unknown };
  const byEvent = new Map<keyof Events, Set<Subscription>>();
  return {
    on(event, listener) {
      const subscription: Subscription = { call: listener };
      const subscriptions = byEvent.get(event) ?? new Set();
      byEvent.set(event, subscriptions.add(subscription));
      return () => void subscriptions.delete(subscription);
    },
    emit(event, payload) {
      // A copy, because a listener may subscribe and undo while it is called.
      const subscriptions = Array.from(byEvent.get(event) ?? []);
      for (const { call } of subscriptions)
        callSafely(
          () => call(payload as never),
          (failure) => report(failure, event),
        );
    },
    isEmpty: () => [...byEvent.values()].every((subscriptions) => subscriptions.size === 0),
    clear: () => byEvent.clear(),
  };
}

/** An async listener's rejection would end a Node process just like a throw. */
function callSafely(call: () => unknown, report: (failure: unknown) => void): void {
  try {
    const result = call();
    if (result instanceof Promise) result.catch(report);
  } catch (failure) {
    report(failure);
  }
}
