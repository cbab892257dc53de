/** Saves what clients hold when their process ends by itself or by `process.exit`; signals are the app's own matter. */

/** Shape: one listener for all clients, so that many of them do not look like a leak. */
const saving = new Set<() => void>();

function saveAll(): void {
  for (const save of saving) save();
}

/** Registers one save; returns its own undoing. It must be synchronous and must not throw. */
export function saveAtExit(save: () => void): () => void {
  if (saving.size === 0) process.on("exit", saveAll);
  saving.add(save);
  return () => {
    saving.delete(save);
    if (saving.size === 0) process.off("exit", saveAll);
  };
}
