/** In whose right a followed file speaks. */

import { ROLES } from "@dimmer/protocol";
import type { Author } from "../flags/apply-change.ts";

/** It may what whoever edits and publishes may, and nothing beside: it makes no keys and erases nobody. */
export function fileAuthor(project: string, file: string): Author {
  const grant = { role: "publisher", rights: ROLES.publisher, project, environment: null };
  return { actor: { kind: "system", id: "file", name: file }, grants: [grant] };
}
