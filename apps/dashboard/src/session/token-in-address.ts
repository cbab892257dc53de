/** A one-time token out of the address: behind the #, so that it never travels, and taken away at once, so that it stays nowhere. */

export function tokenInAddress(): string | undefined {
  const token = new URLSearchParams(window.location.hash.slice(1)).get("token") ?? undefined;
  if (token !== undefined) window.history.replaceState(window.history.state, "", window.location.pathname);
  return token;
}

// Where a whole link is pasted over a broken one only what stands behind the # differs: the page begins anew, and reads it.
window.addEventListener("hashchange", () => {
  if (new URLSearchParams(window.location.hash.slice(1)).has("token")) window.location.reload();
});
