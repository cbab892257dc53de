/** Waits for something that a real socket or file system does in its own time. */

/** Resolves when the condition holds; rejects with what was waited for after `timeoutMs`. */
export async function waitUntil(what: string, holds: () => boolean, timeoutMs = 5_000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
}
