/** The flag whose page is open, for everything on it. */

import { createContext, useContext } from "react";
import type { FlagEnvironment } from "@dimmer/evaluation";
import type { EnvironmentView, FlagView, ProjectView } from "@dimmer/protocol";
import { useMay } from "../session/session.ts";

export interface FlagPlace {
  readonly project: ProjectView;
  readonly environment: EnvironmentView;
  readonly flag: FlagView;
  /** Names, in their order: a variant's colour is its place among them. */
  readonly variants: readonly string[];
  /** What the flag does in the environment; undefined where it is not set up there. */
  readonly block: FlagBlock | undefined;
}

export interface FlagBlock {
  readonly revision: number;
  readonly config: FlagEnvironment;
}

export const FlagPlaceContext = createContext<FlagPlace | undefined>(undefined);

export function useFlagPlace(): FlagPlace {
  const place = useContext(FlagPlaceContext);
  if (place === undefined) throw new Error("This belongs on the page of a flag.");
  return place;
}

/**
 * Why one may not do something to the flag.
 *
 * Shape:  undefined where one may. What a file owns (`isOwned`) is edited in that file; the server decides again.
 */
export function useObstacle(right: string, { isOwned = true, isShared = false } = {}): string | undefined {
  const { project, environment, flag } = useFlagPlace();
  const may = useMay(right, project.key, isShared ? null : environment.key);
  if (flag.archived) return "The flag is archived: unarchive it first.";
  if (isOwned && flag.file !== null) return `${flag.file.name} owns this: change it there, or release the flag.`;
  return may ? undefined : "Your role does not let you do this here.";
}
