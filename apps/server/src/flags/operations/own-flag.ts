/** Whether a file owns a flag: its definition and rules are then edited there and nowhere else. */

import type { Operation } from "@dimmer/protocol";
import type { FlagRecord } from "../../storage/store.ts";
import { flagResource, requireFlag, requireLiveFlag, touchedBy, withFlag } from "../project-state.ts";
import { refusal } from "../refusal.ts";
import type { Operate } from "./step.ts";

/** Owning again says anew what was moved by hand; another file's flag must be released first, which the policy holds. */
export const ownFlag: Operate<"own-flag"> = (state, { flag, file, moved = {} }, pointer) => {
  const record = requireLiveFlag(state, flag, pointer);
  return {
    state: withFlag(state, { ...record, file: { name: file, moved } }),
    inverse: [backToOwner(record)],
    summary: record.file?.name === file ? `Kept ${flag} with ${file}.` : `Gave ${flag} to ${file}.`,
    origins: [touchedBy(flagResource(flag), pointer)],
  };
};

export const releaseFlag: Operate<"release-flag"> = (state, { flag }, pointer) => {
  const record = requireFlag(state, flag, pointer);
  if (record.file === null) throw refusal("conflict", `${pointer}/flag`, `Flag "${flag}" is owned by no file.`, "Nothing to do.");
  return {
    state: withFlag(state, { ...record, file: null }),
    inverse: [backToOwner(record)],
    summary: `Released ${flag} from ${record.file.name}.`,
    origins: [touchedBy(flagResource(flag), pointer)],
  };
};

function backToOwner({ key: flag, file }: FlagRecord): Operation {
  if (file === null) return { kind: "release-flag", flag };
  const moved = Object.entries(file.moved).map(([address, shares]) => [address, { ...shares }] as const);
  return { kind: "own-flag", flag, file: file.name, moved: Object.fromEntries(moved) };
}
