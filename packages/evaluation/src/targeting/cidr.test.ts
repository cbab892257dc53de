/** Addresses and networks against `node:net` and plain BigInt arithmetic. */

import { BlockList, isIPv4, isIPv6 } from "node:net";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cidrContains, parseAddress, parseCidr } from "./cidr.ts";

const numberOf = (words: readonly number[]) => words.reduce((sum, word) => sum * 4_294_967_296n + BigInt(word), 0n);
const v6Text = (value: bigint) =>
  Array.from({ length: 8 }, (_, index) => ((value >> BigInt(16 * (7 - index))) & 0xffffn).toString(16)).join(":");
const v4Text = (value: bigint) =>
  Array.from({ length: 4 }, (_, index) => ((value >> BigInt(8 * (3 - index))) & 0xffn).toString()).join(".");
const v4 = fc.bigInt({ min: 0n, max: 2n ** 32n - 1n });
const v6 = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });

describe("parseAddress", () => {
  it("reads every address, in full and shortened", () => {
    fc.assert(
      fc.property(v4, v6, (four, six) => {
        expect(numberOf(parseAddress(v4Text(four))?.words ?? [])).toBe(four);
        expect(numberOf(parseAddress(v6Text(six).toUpperCase())?.words ?? [])).toBe(six);
        const sparse = six & ~(0xffff_ffff_ffffn << 32n);
        expect(numberOf(parseAddress(new URL(`http://[${v6Text(sparse)}]/`).hostname.slice(1, -1))?.words ?? [])).toBe(sparse);
      }),
      { numRuns: 2_000, seed: 8 },
    );
  });

  it("accepts exactly the texts that node:net accepts, zone ids aside", () => {
    const piece = fc.constantFrom(":", "::", ".", "0", "1", "ffff", "12345", "255", "256", "01", "g", "1.2.3.4", "");
    const groups = fc.array(fc.constantFrom("0", "1", "ffff", "abcd", ""), { maxLength: 9 }).map((parts) => parts.join(":"));
    const withV4 = fc.tuple(groups, fc.constantFrom("1.2.3.4", "1.2.3", "256.1.1.1")).map(([head, tail]) => `${head}:${tail}`);
    const octets = fc.array(
      fc.constantFrom(
        "0",
        "00",
        "1",
        "9",
        "10",
        "99",
        "100",
        "199",
        "200",
        "249",
        "250",
        "255",
        "256",
        "300",
        "1000",
        "-1",
        "0x1",
      ),
      { minLength: 3, maxLength: 5 },
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((parts) => parts.join("")),
      groups,
      withV4,
      octets.map((parts) => parts.join(".")),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        expect([candidate, parseAddress(candidate) !== undefined]).toEqual([candidate, isIPv4(candidate) || isIPv6(candidate)]);
      }),
      { numRuns: 10_000, seed: 9 },
    );
  });

  it.each([
    "",
    "0177.0.0.1",
    "127.1",
    "0",
    "1.2.3.4 ",
    "fe80::1%eth0",
    "[::1]",
    "::1::",
    ":::",
    "1:2:3:4:5:6:7:8::",
    "1.2.3.4::",
    "::1.2.3.4:5",
    "0".repeat(1_000_000),
  ])("refuses %j", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});

describe("parseCidr", () => {
  it.each(["10.0.0.0/8", "0.0.0.0/0", "::/0", "2001:db8::/32", "10.1.2.3/32", "::ffff:10.0.0.0/104", "::1/128"])(
    "reads %j",
    (text) => {
      expect(parseCidr(text)).toBeDefined();
    },
  );

  it.each([
    "10.0.0.0",
    "10.0.0.0/",
    "10.0.0.0/33",
    "10.0.0.0/08",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "10.0.0.1/8",
    "10.0.0.0/ 8",
    "::/129",
    "2001:db8::1/32",
    "x/8",
    "constructor",
    "10.0.0.0/1e1",
  ])("refuses %j", (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });
});

describe("cidrContains", () => {
  const check = (cidr: string, address: string) => {
    const [network, one] = [parseCidr(cidr), parseAddress(address)];
    if (network === undefined || one === undefined) throw new Error(`${cidr} and ${address} parse`);
    return cidrContains(network, one);
  };

  it("agrees with the arithmetic of whole numbers, near the border too", () => {
    fc.assert(
      fc.property(v6, fc.nat({ max: 128 }), fc.bigInt({ min: -3n, max: 3n }), fc.boolean(), (value, bits, near, isV4) => {
        const width = isV4 ? 32 : 128;
        const prefix = bits % (width + 1);
        const size = 2n ** BigInt(width - prefix);
        const base = ((value % 2n ** BigInt(width)) / size) * size;
        const address = (base + (near > 0n ? size : 0n) + near + 2n ** BigInt(width)) % 2n ** BigInt(width);
        const text = isV4 ? v4Text : v6Text;
        expect(check(`${text(base)}/${prefix}`, text(address))).toBe(address >= base && address < base + size);
      }),
      { numRuns: 5_000, seed: 10 },
    );
  });

  it("agrees with net.BlockList", () => {
    const list = new BlockList();
    list.addSubnet("172.16.0.0", 12, "ipv4");
    for (const address of ["172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"])
      expect(check("172.16.0.0/12", address)).toBe(list.check(address));
  });

  it("never takes a mapped IPv6 address for IPv4", () => {
    expect(check("10.0.0.0/8", "::ffff:10.0.0.1")).toBe(false);
    expect(check("0.0.0.0/0", "::1")).toBe(false);
    expect(check("::/0", "10.0.0.1")).toBe(false);
    expect(check("::ffff:10.0.0.0/104", "::ffff:10.0.0.1")).toBe(true);
  });
});
