/** What somebody is editing, and what was saved when they began. */

import { useState } from "react";

export interface Draft<T> {
  readonly value: T;
  readonly isTouched: boolean;
  /** Somebody else saved something else in the meantime. */
  readonly isStale: boolean;
  readonly set: (next: T) => void;
  readonly reset: () => void;
}

interface Edit<T> {
  readonly value: T;
  readonly saved: string;
}

/**
 * Shape:  until something is touched the value is the saved one, so that somebody else's edit shows at once. What is not stale is an edit of
 *         what is shown now, whatever else has changed, so that the present revision is the one to expect.
 */
export function useDraft<T>(saved: T): Draft<T> {
  const [edit, setEdit] = useState<Edit<T>>();
  const savedText = JSON.stringify(saved);
  return {
    value: edit === undefined ? saved : edit.value,
    isTouched: edit !== undefined && JSON.stringify(edit.value) !== edit.saved,
    isStale: edit !== undefined && edit.saved !== savedText && JSON.stringify(edit.value) !== savedText,
    set: (value) => setEdit((before) => ({ ...(before ?? { saved: savedText }), value })),
    reset: () => setEdit(undefined),
  };
}
