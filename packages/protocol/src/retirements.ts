/** When models retire, as a project writes it down: providers say it in mails and on pages, not in their APIs. */

import { z } from "zod";

export const RETIREMENT_LIMITS = {
  /** Of a project. */
  retirements: 200,
  name: 256,
} as const;

const name = z.string().min(1).max(RETIREMENT_LIMITS.name);

export const ModelAddress = z.strictObject({
  provider: name.describe("As configs name it."),
  model: name.describe("As configs name it."),
});
export type ModelAddress = z.infer<typeof ModelAddress>;

export const ModelRetirement = z
  .strictObject({ ...ModelAddress.shape, retiresOn: z.iso.date().describe("The last day (UTC) on which it answers.") })
  .meta({ id: "ModelRetirement" });
export type ModelRetirement = z.infer<typeof ModelRetirement>;
