/** Signing a command in, and letting it in: `/api/v1/device`. */

import { z } from "zod";
import { DeviceConfirmation, DeviceRequest, DeviceTokenRequest } from "@dimmer/protocol";
import type { HttpApp } from "../http/open-http.ts";
import { sessionOf } from "./asker.ts";
import type { PeopleParts } from "./open-people.ts";
import { DeviceAnswerSchema, DeviceLoginSchema, PendingDeviceSchema } from "./people-schemas.ts";

const tags = ["people"];
const CodeQuery = z.strictObject({ userCode: z.string().min(1).max(40) });

export function deviceRoutes(app: HttpApp, { devices }: PeopleParts): void {
  app.post(
    "/api/v1/device",
    {
      config: { access: "public", startsSession: true },
      schema: {
        operationId: "startDeviceLogin",
        summary: "Ask for a code that a person confirms in the dashboard",
        tags,
        body: DeviceRequest,
        response: { 201: DeviceLoginSchema },
      },
    },
    async (request, reply) => reply.code(201).send(devices.start({ name: request.body.name, address: request.ip })),
  );

  app.post(
    "/api/v1/device/token",
    {
      config: { access: "public", startsSession: true, isRoutine: true },
      schema: {
        operationId: "pollDeviceLogin",
        summary: "What became of a code; once it is confirmed, the personal token, in one answer only",
        tags,
        body: DeviceTokenRequest,
        response: { 200: DeviceAnswerSchema },
      },
    },
    async (request) => await devices.poll(request.body.deviceCode),
  );

  app.get(
    "/api/v1/device",
    {
      config: { access: "management", right: "own" },
      schema: {
        operationId: "getDeviceLogin",
        summary: "Which command waits with a code",
        tags,
        querystring: CodeQuery,
        response: { 200: PendingDeviceSchema },
      },
    },
    async (request) => devices.look(sessionOf(request).person, request.query.userCode),
  );

  app.post(
    "/api/v1/device/confirm",
    {
      config: { access: "management", right: "own", isRepeatable: true },
      schema: {
        operationId: "confirmDeviceLogin",
        summary: "Let a command act in your name, or refuse it",
        tags,
        body: DeviceConfirmation,
        response: { 200: PendingDeviceSchema },
      },
    },
    async (request) => devices.decide(sessionOf(request).person, request.body),
  );
}
