/** IP addresses and networks, strict: what two systems could read differently is refused. */

/**
 * Shape:  IPv4 is one 32-bit word, IPv6 four, most significant first. An IPv4-mapped IPv6 address is IPv6.
 */
export interface Address {
  readonly words: readonly number[];
}

/** A network: the first `prefix` bits of `words`; all bits behind them are zero. */
export interface Cidr {
  readonly words: readonly number[];
  readonly prefix: number;
}

/** The longest text of an address, `0000:0000:0000:0000:0000:ffff:255.255.255.255`. */
const ADDRESS_TEXT = 45;
const GROUPS = 8;
const OCTET = /^(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])$/;
const GROUP = /^[0-9a-f]{1,4}$/i;
const PREFIX = /^(?:0|[1-9]\d{0,2})$/;

/**
 * Reads a network.
 *
 * Shape:  `10.0.0.0/8`, `2001:db8::/32`; the prefix length is required. Bits set behind it are refused: `10.1.2.3/8` could mean
 *         one machine or sixteen million, and reading it the wide way would let in people whom the author did not name.
 * Errors: none; undefined for what is not a network.
 */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf("/");
  if (slash < 0 || !PREFIX.test(text.slice(slash + 1))) return undefined;
  const address = parseAddress(text.slice(0, slash));
  const prefix = Number(text.slice(slash + 1));
  if (address === undefined || prefix > address.words.length * 32) return undefined;
  return address.words.every((word, index) => (word & mask(prefix, index)) >>> 0 === word)
    ? { words: address.words, prefix }
    : undefined;
}

/**
 * Reads an address.
 *
 * Shape:  `192.0.2.1`; `2001:db8::1`, `::ffff:192.0.2.1`, upper or lower case. No leading zeros in octets, no zone id, no port.
 * Errors: none; undefined for what is not an address.
 * Source: RFC 4291 section 2.2; `node:net` is the oracle of its test.
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > ADDRESS_TEXT) return undefined;
  const words = text.includes(":") ? parseV6(text) : parseV4(text);
  return words === undefined ? undefined : { words };
}

/** Whether the address lies in the network; never across the two families. */
export function cidrContains(cidr: Cidr, address: Address): boolean {
  if (cidr.words.length !== address.words.length) return false;
  for (let index = 0; index * 32 < cidr.prefix; index++) {
    if (((cidr.words[index] as number) ^ (address.words[index] as number)) & mask(cidr.prefix, index)) return false;
  }
  return true;
}

/** The bits of word `index` that belong to a prefix. */
function mask(prefix: number, index: number): number {
  const bits = prefix - index * 32;
  if (bits <= 0) return 0;
  return bits >= 32 ? -1 : -1 << (32 - bits);
}

function parseV4(text: string): readonly number[] | undefined {
  const octets = text.split(".");
  if (octets.length !== 4 || !octets.every((octet) => OCTET.test(octet))) return undefined;
  return [octets.reduce((word, octet) => word * 256 + Number(octet), 0)];
}

function parseV6(text: string): readonly number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] as string, halves.length === 1);
  const tail = halves.length === 1 ? [] : groupsOf(halves[1] as string, true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = GROUPS - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return wordsOf([...head, ...Array.from({ length: missing }, () => 0), ...tail]);
}

/** The 16-bit groups of one side of `::`; only the very last may be written as IPv4. */
function groupsOf(text: string, mayEndInV4: boolean): number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const last = parts[parts.length - 1] as string;
  const v4 = mayEndInV4 && last.includes(".") ? parseV4(last)?.[0] : undefined;
  const hex = v4 === undefined ? parts : parts.slice(0, -1);
  if (!hex.every((part) => GROUP.test(part))) return undefined;
  const groups = hex.map((part) => Number.parseInt(part, 16));
  return v4 === undefined ? groups : [...groups, v4 >>> 16, v4 & 0xffff];
}

function wordsOf(groups: readonly number[]): number[] {
  const words: number[] = [];
  for (let index = 0; index < groups.length; index += 2)
    words.push((groups[index] as number) * 65_536 + (groups[index + 1] as number));
  return words;
}
