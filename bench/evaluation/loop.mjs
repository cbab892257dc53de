/**
 * The loop that is measured. It is imported once per workload under different URLs (`loop.mjs?workload=a`), so that each workload
 * has its own machine code and none inherits what V8 learned from another.
 */

/** Each call takes the next flag of its kind and the next context; the answer is kept, so that it cannot be optimised away. */
export function makeLoop(call, keys, contexts) {
  let key = 0;
  let context = 0;
  let last;
  const lastKey = keys.length - 1;
  const lastContext = contexts.length - 1;
  return {
    last: () => last,
    run(count) {
      for (let i = 0; i < count; i++) {
        last = call(keys[key], contexts[context]);
        key = key === lastKey ? 0 : key + 1;
        context = context === lastContext ? 0 : context + 1;
      }
    },
    async runAwaiting(count) {
      for (let i = 0; i < count; i++) {
        last = await call(keys[key], contexts[context]);
        key = key === lastKey ? 0 : key + 1;
        context = context === lastContext ? 0 : context + 1;
      }
    },
  };
}
