/** Whether a payload says the version that its envelope (an ETag, an event's id) says. */

/**
 * Holds a payload to its envelope, so that one flipped bit in an epoch or a version is not taken for a later state.
 *
 * Shape:  `epoch:version`, as an ETag in quotes; an envelope of any other form says nothing, and is not asked again.
 * Errors: none.
 * Source: ADR-0024.
 */
export function isNamedBy(envelope: string | null, payload: unknown): boolean {
  const named = /^(?:(?:W\/)?")?([^"]+):([0-9]+)"?$/.exec(envelope ?? "");
  if (named === null || typeof payload !== "object" || payload === null) return true;
  const { epoch, version } = payload as { readonly epoch?: unknown; readonly version?: unknown };
  return named[1] === epoch && named[2] === String(version);
}
