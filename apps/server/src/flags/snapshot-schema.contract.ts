/** What the server sends against `spec/snapshot.schema.json`, which other languages read it by. */

import { readFileSync } from "node:fs";
import type { Snapshot } from "@dimmer/evaluation";
import type { SnapshotPatch } from "@dimmer/protocol";
import { Ajv2020 } from "ajv/dist/2020.js";

const read = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../../../spec/${name}`, import.meta.url), "utf8")) as object;

const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, unicode: false, logger: false });
ajv.addSchema([read("flag-document.schema.json"), read("snapshot.schema.json")]);
const SCHEMA = "https://dimmer.dev/schema/snapshot-1.json";

/** Throws, naming the place, where a snapshot has a field that the schema does not know or lacks one that it asks for. */
export const expectSnapshotForm = (snapshot: Snapshot): void => expectForm(SCHEMA, snapshot);

/** The same for a patch. */
export const expectPatchForm = (patch: SnapshotPatch): void => expectForm(`${SCHEMA}#/$defs/Patch`, patch);

function expectForm(schema: string, data: object): void {
  // As it arrives: what JSON leaves out is not there.
  const isFit = ajv.validate(schema, JSON.parse(JSON.stringify(data)));
  if (!isFit) throw new Error(`${ajv.errorsText()}\n${JSON.stringify(data).slice(0, 2_000)}`);
}
