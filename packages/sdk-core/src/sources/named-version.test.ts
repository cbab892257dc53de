/** Payloads and their envelopes. */

import { expect, test } from "vitest";
import { isNamedBy } from "./named-version.ts";

test.each<[string | null, unknown, boolean]>([
  ['"e1:7"', { epoch: "e1", version: 7 }, true],
  ['W/"e1:7"', { epoch: "e1", version: 7 }, true],
  ["e1:7", { epoch: "e1", version: 7 }, true],
  ['"e:1:7"', { epoch: "e:1", version: 7 }, true],
  ['"e1:7"', { epoch: "e1", version: 8 }, false],
  ['"e1:7"', { epoch: "f1", version: 7 }, false],
  ['"e1:7"', {}, false],
  ['"e1:7"', undefined, true],
  ['"of-another-form"', { epoch: "e1", version: 7 }, true],
  ["", { epoch: "e1", version: 7 }, true],
  [null, { epoch: "e1", version: 7 }, true],
])("%s names %o: %s", (envelope, payload, expected) => expect(isNamedBy(envelope, payload)).toBe(expected));
