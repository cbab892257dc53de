/** A backup in words. */

import type { BackupManifest } from "@dimmer/server";

const MB = 1024 * 1024;

export function sayBackup(file: string, { at, product, schema, bytes }: BackupManifest): string {
  return `${file}: of ${at}, by Dimmer ${product} (schema ${schema}), ${(bytes / MB).toFixed(1)} MiB`;
}
