/** Exclusion groups and holdouts: `/api/v1/projects/{project}/exclusion-groups` and `/holdouts`. */

import { z } from "zod";
import { ExclusionGroupRequest, HoldoutRequest, type HoldoutView } from "@dimmer/protocol";
import { requireProject } from "../environments/projects.ts";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { ExclusionGroupParams, HoldoutParams, ProjectParams } from "../http/route-schemas.ts";
import type { ManagementPorts } from "../ports.ts";
import { createGroup, createHoldout, endHoldout, removeGroup, viewGroup, viewHoldout } from "./exclusion-groups.ts";
import { EndedHoldoutSchema, GroupSchema, HoldoutSchema } from "./experiment-schemas.ts";

const groups = "/api/v1/projects/:project/exclusion-groups";
const holdouts = "/api/v1/projects/:project/holdouts";
const access = "management";
const tags = ["experiments"];

export function groupRoutes(app: HttpApp, ports: ManagementPorts): void {
  app.get(
    groups,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listExclusionGroups",
        summary: "Groups of experiments of which nobody is in two",
        tags,
        params: ProjectParams,
        response: { 200: z.object({ items: z.array(GroupSchema) }) },
      },
    },
    async ({ params }) => {
      const { key } = await requireProject(ports.store, params.project);
      const experiments = await ports.store.listExperiments(key);
      return { items: (await ports.store.listExclusionGroups(key)).map((record) => viewGroup(record, experiments)) };
    },
  );

  app.post(
    groups,
    {
      config: { access, right: "experiment.edit" },
      schema: {
        operationId: "createExclusionGroup",
        summary: "Make a group: its experiments share out the people",
        tags,
        params: ProjectParams,
        body: ExclusionGroupRequest,
        response: { 201: GroupSchema },
      },
    },
    async (request, reply) => {
      const record = await createGroup(ports, authorOf(request), request.params.project, request.body);
      return reply.code(201).send(viewGroup(record, []));
    },
  );

  app.delete(
    `${groups}/:group`,
    {
      config: { access, right: "experiment.edit" },
      schema: {
        operationId: "removeExclusionGroup",
        summary: "Remove a group that no experiment has people of",
        tags,
        params: ExclusionGroupParams,
        response: { 200: GroupSchema },
      },
    },
    async (request) => await removeGroup(ports, authorOf(request), request.params),
  );

  app.get(
    holdouts,
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listHoldouts",
        summary: "People who are in no experiment",
        tags,
        params: ProjectParams,
        response: { 200: z.object({ items: z.array(HoldoutSchema) }) },
      },
    },
    async ({ params }) => {
      const { key } = await requireProject(ports.store, params.project);
      const items: HoldoutView[] = [];
      for (const record of await ports.store.listHoldouts(key)) items.push(await viewHoldout(ports.store, record));
      return { items };
    },
  );

  app.post(
    holdouts,
    {
      config: { access, right: "experiment.edit" },
      schema: {
        operationId: "createHoldout",
        summary: "Keep a share of people out of the experiments that start from now on",
        tags,
        params: ProjectParams,
        body: HoldoutRequest,
        response: { 201: HoldoutSchema },
      },
    },
    async (request, reply) => {
      const record = await createHoldout(ports, authorOf(request), request.params.project, request.body);
      return reply.code(201).send(await viewHoldout(ports.store, record));
    },
  );

  app.delete(
    `${holdouts}/:holdout`,
    {
      config: { access, right: "experiment.edit" },
      schema: {
        operationId: "endHoldout",
        summary: "End a holdout: its people get what everybody gets",
        tags,
        params: HoldoutParams,
        response: { 200: EndedHoldoutSchema },
      },
    },
    async (request) => await endHoldout(ports, authorOf(request), request.params),
  );
}
