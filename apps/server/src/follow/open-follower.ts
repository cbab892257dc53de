/** Opens the follower of the file that is set. */

import { normalize } from "node:path";
import type { Logger } from "pino";
import type { ServerSettings } from "../config.ts";
import type { FirstProject } from "../environments/installation.ts";
import type { ManagementPorts } from "../ports.ts";
import { type Follower, followFile, type FollowPorts } from "./follow-file.ts";

type FollowSettings = Pick<Partial<ServerSettings>, "followFile" | "followName" | "followProject" | "followPublish">;

/** What becomes of the file goes to the log, and never stops the server. */
export async function openFollower(
  { followFile: path, followName, followProject, followPublish: publish = [] }: FollowSettings,
  first: FirstProject,
  { logger, ...ports }: ManagementPorts & { readonly logger: Logger },
): Promise<Follower | undefined> {
  if (path === undefined) return undefined;
  const told: FollowPorts["told"] = ({ state, ...more }) =>
    state === "failed" ? logger.error(more, "followed file not applied") : logger.info(more, "followed file applied");
  const projects = await ports.store.listProjects();
  const only = projects.length === 1 ? projects[0]?.key : undefined;
  const options = {
    path,
    publish,
    name: followName ?? normalize(path).replaceAll("\\", "/"),
    project: followProject ?? only ?? first.project.key,
  };
  return await followFile(options, { ...ports, after, told });
}

function after(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs).unref();
  return () => clearTimeout(timer);
}
