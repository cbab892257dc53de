/** What became of the file that the server follows: `/api/v1/projects/{project}/followed-file`. */

import { z } from "zod";
import { type FollowedFile, ProblemError } from "@dimmer/protocol";
import type { HttpApp } from "../http/open-http.ts";
import { ProjectParams } from "../http/route-schemas.ts";
import { IssueView } from "../http/views.ts";
import type { Follower } from "./follow-file.ts";

const FollowedFileSchema: z.ZodType<FollowedFile> = z
  .object({
    project: z.string(),
    file: z.string().describe("What it is called as the owner of its flags."),
    state: z.enum(["following", "failed"]),
    commit: z.string().nullable().describe("Where the git checkout around the file stood when it was applied."),
    appliedAt: z.string().nullable().describe("RFC 3339, UTC; null until it was applied once since the server started."),
    change: z.string().nullable().describe("The last change that it made since the server started."),
    problem: z
      .object({ message: z.string(), issues: z.array(IssueView) })
      .nullable()
      .describe("Why the file as it is now was not applied."),
  })
  .meta({ id: "FollowedFile" });

export function followRoutes(app: HttpApp, follower: Follower | undefined): void {
  app.get(
    "/api/v1/projects/:project/followed-file",
    {
      config: { access: "management", right: "read" },
      schema: {
        operationId: "getFollowedFile",
        summary: "The file that the server follows for this project, and what became of it",
        tags: ["flags"],
        params: ProjectParams,
        response: { 200: FollowedFileSchema },
      },
    },
    async (request) => {
      const { project } = request.params;
      if (follower?.project === project) return follower.status();
      throw new ProblemError("not-found", `The server follows no file for ${project}; DIMMER_FOLLOW_FILE names one.`);
    },
  );
}
