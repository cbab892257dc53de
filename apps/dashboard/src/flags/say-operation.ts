/** What a change will do, in words, before it is done. */

import { sayServe } from "@dimmer/evaluation";
import type { Operation } from "@dimmer/protocol";

/** Shape: a phrase without capital and full stop: "kill", "opus to 25 % for everyone else". Where it is said is known. */
export function sayOperation(operation: Operation): string {
  switch (operation.kind) {
    case "kill":
      return "kill";
    case "restore":
      return operation.variant === undefined ? "restore" : `restore ${operation.variant}`;
    case "stop":
      return `stop ${operation.variant}`;
    case "ramp":
      return `${operation.variant} to ${operation.percent} % for ${sayPlace(operation.rule)}`;
    case "set-split":
      return `${sayServe({ split: operation.split })} for ${sayPlace(operation.rule)}`;
    case "set-serve":
      return `${sayServe(operation.serve)} for ${sayPlace(operation.rule)}`;
    case "serve-all":
      return `${operation.variant} for everyone`;
    case "publish":
      return `publish ${operation.version === undefined ? "the draft" : `version ${operation.version}`} of ${operation.variant}`;
    default:
      return operation.kind.replaceAll("-", " ");
  }
}

const sayPlace = (rule: string): string => (rule === "default" ? "everyone else" : `rule ${rule}`);

/** The environment that an operation is about; undefined for what concerns all. */
export const environmentOf = (operation: Operation): string | undefined =>
  "environment" in operation ? operation.environment : undefined;

export const isAbout = (operation: Operation, flag: string): boolean => "flag" in operation && operation.flag === flag;
