/** `flag:variant` on the command line; variant names hold no colon, flag keys may. */

export function splitAddress(address: string): { readonly flag: string; readonly variant: string | undefined } {
  const at = address.lastIndexOf(":");
  return at < 0 ? { flag: address, variant: undefined } : { flag: address.slice(0, at), variant: address.slice(at + 1) };
}
