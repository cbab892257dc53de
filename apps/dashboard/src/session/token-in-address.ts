/** A one-time token out of the address: behind the #, so that it never travels, and taken away at once, so that it stays nowhere. */

export function tokenInAddress(): string | undefined {
  const token = new URLSearchParams(window.location.hash.slice(1)).get("token") ?? undefined;
  if (token !== undefined) window.history.replaceState(window.history.state, "", window.location.pathname);
  return token;
}
