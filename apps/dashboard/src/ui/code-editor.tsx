/** A text editor for JSON and prompts; it is loaded when one is first shown. */

import { lazy, Suspense } from "react";
import type { CodeDiffProps, CodeMirrorProps } from "./code-mirror.tsx";

const Editor = lazy(async () => ({ default: (await import("./code-mirror.tsx")).CodeMirror }));
const Diff = lazy(async () => ({ default: (await import("./code-mirror.tsx")).CodeDiff }));

export function CodeEditor(props: CodeMirrorProps) {
  return (
    <Suspense fallback={<Room />}>
      <Editor {...props} />
    </Suspense>
  );
}

/** What differs between two texts, in one column. */
export function TextDiff(props: CodeDiffProps) {
  return (
    <Suspense fallback={<Room />}>
      <Diff {...props} />
    </Suspense>
  );
}

/** As high as a short text, so that little moves when it comes. */
const Room = () => <div className="h-40 rounded-control border border-line bg-surface" />;
