/** A backup that cannot be read, in words. */

import { ProblemError } from "@dimmer/protocol";
import { EXIT } from "../../exit-codes.ts";
import { Failure, notFound } from "../../failure.ts";
import { isErrnoException } from "../../io.ts";

/** Refusals of the backup itself pass through. */
export function fileFailure(error: unknown, file: string): unknown {
  if (error instanceof ProblemError || !isErrnoException(error)) return error;
  if (error.code === "ENOENT") return notFound(`There is no file ${file}.`);
  return new Failure(EXIT.failed, `${file} cannot be read (${error.code}).`, { cause: error });
}
