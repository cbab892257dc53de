/** What every part of the form of a config knows: what is said of it, whether it may be edited, and whom to tell of JSON that is none. */

import { createContext, useContext } from "react";
import type { Said, SaidAt } from "./place-issues.ts";

export interface ConfigForm {
  readonly said: SaidAt;
  readonly isReadOnly: boolean;
  /** Names of the texts that a prompt can take. */
  readonly snippets: readonly string[];
  /** A field of JSON that cannot be read holds up saving, as what is shown would not be what is saved. */
  readonly onBroken: (place: string, isBroken: boolean) => void;
}

export const ConfigFormContext = createContext<ConfigForm | undefined>(undefined);

export function useConfigForm(): ConfigForm {
  const form = useContext(ConfigFormContext);
  if (form === undefined) throw new Error("This belongs into the form of a config.");
  return form;
}

export const useSaid = (place: string): Said => useConfigForm().said(place);
