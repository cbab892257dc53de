/** Every message on the wire. */
export * from "./change-requests.ts";
export * from "./client.ts";
export * from "./constants.ts";
export * from "./delivery.ts";
export * from "./links.ts";
export * from "./live.ts";
export * from "./management.ts";
export * from "./models.ts";
export * from "./ofrep.ts";
export * from "./operations.ts";
export * from "./people.ts";
export * from "./problem.ts";
export * from "./rights.ts";
export * from "./schedules.ts";
export * from "./staleness.ts";
export * from "./telemetry.ts";
export * from "./webhooks.ts";
export { CLIENT_LIMITS, type ManagementOptions, UnreachableError } from "./request.ts";
