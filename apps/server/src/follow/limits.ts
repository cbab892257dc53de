/** How the server looks after the file that it follows. */

export const FOLLOW_LIMITS = {
  /** Bytes of the file. */
  fileBytes: 16 * 1024 * 1024,
  /** Milliseconds that a change may settle before the file is read: writers write in several steps. */
  settleMs: 50,
  /** Milliseconds between looks besides: some file systems tell of no changes, and folders can be replaced. */
  lookMs: 500,
  /** Milliseconds until the same content is tried again that was refused: an environment may be there by then. */
  retryMs: 10_000,
  /** Folders above the file that are searched for a git checkout. */
  parents: 64,
  /** Bytes of a file in `.git`; packed refs of a large repository are long. */
  gitBytes: 8 * 1024 * 1024,
  /** Issues that a status shows. */
  issues: 50,
} as const;
