/** Which commit a file in a git checkout is of, read from `.git` without running git. */

import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { FOLLOW_LIMITS } from "./limits.ts";

/**
 * The commit that is checked out around a file.
 *
 * Shape:  the full hash; undefined outside of a checkout, or where `.git` says nothing that is understood. The file may have been
 *         edited since: it says where the checkout stands, not what the file is.
 * Errors: none.
 */
export async function readCommit(path: string): Promise<string | undefined> {
  try {
    const git = await findGit(path);
    return git === undefined ? undefined : await resolveHead(git);
  } catch {
    return undefined;
  }
}

async function findGit(path: string): Promise<string | undefined> {
  let folder = dirname(resolve(path));
  for (let level = 0; level < FOLLOW_LIMITS.parents; level += 1) {
    const git = join(folder, ".git");
    const found = await stat(git).catch(() => undefined);
    if (found?.isDirectory() === true) return git;
    // A worktree's `.git` is a file that names the real folder.
    if (found !== undefined) return resolve(folder, /^gitdir: (.+)$/mu.exec(await readGit(git))?.[1] ?? "");
    if (dirname(folder) === folder) return undefined;
    folder = dirname(folder);
  }
  return undefined;
}

async function resolveHead(git: string): Promise<string | undefined> {
  const head = (await readGit(join(git, "HEAD"))).trim();
  const ref = /^ref: (refs\/[\w./-]+)$/u.exec(head)?.[1];
  if (ref === undefined) return hashOf(head);
  // Branches of a worktree are in the repository that it belongs to.
  const common = await readGit(join(git, "commondir")).then(
    (text) => resolve(git, text.trim()),
    () => git,
  );
  const loose = await readGit(join(common, ref)).catch(() => undefined);
  return loose === undefined ? packedRef(await readGit(join(common, "packed-refs")), ref) : hashOf(loose.trim());
}

function packedRef(text: string, ref: string): string | undefined {
  const line = text.split("\n").find((one) => one.endsWith(` ${ref}`));
  return line === undefined ? undefined : hashOf(line.slice(0, line.indexOf(" ")));
}

const hashOf = (text: string): string | undefined => (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u.test(text) ? text : undefined);

async function readGit(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > FOLLOW_LIMITS.gitBytes) throw new Error(`${path} is too long`);
  return await readFile(path, "utf8");
}
