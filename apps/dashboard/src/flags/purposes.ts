/** Why a flag exists, in words. */

import type { FlagSummary } from "@dimmer/protocol";

export const PURPOSES: readonly { readonly value: FlagSummary["purpose"]; readonly label: string; readonly about: string }[] = [
  { value: "release", label: "Release", about: "Ramps something new up, then goes away" },
  { value: "kill-switch", label: "Kill switch", about: "Turns something off in a hurry; stays" },
  { value: "experiment", label: "Experiment", about: "Compares variants, then goes away" },
  { value: "entitlement", label: "Entitlement", about: "Gives something to those who pay for it; stays" },
  { value: "config", label: "Configuration", about: "A setting that is changed without a deploy; stays" },
];

export const sayPurpose = (purpose: FlagSummary["purpose"]): string =>
  PURPOSES.find(({ value }) => value === purpose)?.label ?? purpose;
