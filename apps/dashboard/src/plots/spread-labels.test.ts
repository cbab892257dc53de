/** Labels that keep out of each other's way. */

import { expect, test } from "vitest";
import { spreadLabels } from "./spread-labels.ts";

test.each([
  [[], []],
  [[50], [50]],
  [
    [10, 80],
    [10, 80],
  ],
  [
    [50, 48],
    [62, 48],
  ],
  [
    [100, 99, 98],
    [100, 86, 72],
  ],
  [
    [120, -5],
    [100, -5],
  ],
])("%j stand at %j", (places, spread) => expect(spreadLabels(places, 14, 100)).toEqual(spread));
