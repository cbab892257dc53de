/** Roles of the installation: `/api/v1/roles`. */

import { z } from "zod";
import { Right, RoleEdit, RoleName, RoleRequest, type RoleView } from "@dimmer/protocol";
import { authorOf } from "../http/access.ts";
import type { HttpApp } from "../http/open-http.ts";
import { pageOf } from "../http/views.ts";
import type { ManagementPorts } from "../ports.ts";
import { createRole, deleteRole, listRoles, roleView, updateRole } from "./roles.ts";

z.globalRegistry.add(Right, { id: "Right" });
const RoleSchema: z.ZodType<RoleView> = z
  .object({ name: z.string(), description: z.string(), rights: z.array(Right), isBuiltIn: z.boolean() })
  .meta({ id: "Role" });

const access = "management";
const tags = ["roles"];
const params = z.strictObject({ role: RoleName });
const editing = { access, right: "role.edit", reach: "whole" } as const;

/** `edited` is called after a role has become something else, so that nobody is served from what was known of it. */
export function roleRoutes(app: HttpApp, ports: ManagementPorts, edited: () => void): void {
  app.get(
    "/api/v1/roles",
    {
      config: { access, right: "read" },
      schema: {
        operationId: "listRoles",
        summary: "The roles that can be given, and what each one allows",
        tags,
        response: { 200: pageOf(RoleSchema) },
      },
    },
    async () => ({ items: await listRoles(ports.store), next: null }),
  );

  app.post(
    "/api/v1/roles",
    {
      config: editing,
      schema: {
        operationId: "createRole",
        summary: "Make a role; it can hold no right that you do not hold in the whole installation",
        tags,
        body: RoleRequest,
        response: { 201: RoleSchema },
      },
    },
    async (request, reply) => reply.code(201).send(roleView(await createRole(ports, authorOf(request), request.body))),
  );

  app.patch(
    "/api/v1/roles/:role",
    {
      config: editing,
      schema: {
        operationId: "updateRole",
        summary: "Edit a role: whoever has it may do from now on what it says then",
        tags,
        params,
        body: RoleEdit,
        response: { 200: RoleSchema },
      },
    },
    async (request) => {
      const updated = await updateRole(ports, authorOf(request), request.params.role, request.body);
      edited();
      return roleView(updated);
    },
  );

  app.delete(
    "/api/v1/roles/:role",
    {
      config: editing,
      schema: {
        operationId: "deleteRole",
        summary: "Delete a role that nobody has",
        tags,
        params,
        response: { 200: RoleSchema },
      },
    },
    async (request) => {
      const deleted = await deleteRole(ports, authorOf(request), request.params.role);
      edited();
      return roleView(deleted);
    },
  );
}
