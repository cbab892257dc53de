/** Keeps the current view of every environment, for server keys and for browser keys. */

import { createHmac } from "node:crypto";
import { compileSnapshot, updateSnapshot, type Audience, type CompiledSnapshot, type Snapshot } from "@dimmer/evaluation";
import { narrowToBrowser } from "../access/browser-snapshot.ts";
import { diffSnapshots } from "../delivery/diff-snapshots.ts";
import type { HeldSnapshot } from "../delivery/held-snapshot.ts";
import { nothingWritten, serverView, type OfrepView } from "./ofrep-view.ts";

export interface OfrepViews {
  /** The view of the newest snapshot; what did not change keeps its compiled form. */
  of(held: HeldSnapshot, audience: Audience): OfrepView;
}

/** Makes the next view from the one before, where there is one. */
type Advance = (held: HeldSnapshot, before: OfrepView | undefined) => OfrepView;

/**
 * Opens the views of a server.
 *
 * Shape:  the key hides versions in positions: counted in the open they would tell a browser how often server flags are edited.
 * Source: ADR-0017.
 */
export function openViews(signingKey: Uint8Array): OfrepViews {
  const hide = (audience: Audience, { snapshot: { project, environment, epoch, version } }: HeldSnapshot): string => {
    const place = JSON.stringify(["position", audience, project, environment, epoch, version]);
    return createHmac("sha256", signingKey).update(place).digest("base64url").slice(0, 22);
  };
  const kept = new Map<string, { held: HeldSnapshot; view: OfrepView; readonly advance: Advance }>();
  return {
    of(held, audience) {
      const name = JSON.stringify([audience, held.snapshot.project, held.snapshot.environment]);
      const known = kept.get(name);
      if (known?.held === held) return known.view;
      const advance =
        known?.advance ??
        (audience === "browser" ? advanceBrowser((of) => hide("browser", of)) : advanceServer((of) => hide("server", of)));
      const view = advance(held, known?.view);
      kept.set(name, { held, view, advance });
      return view;
    },
  };
}

type Hide = (held: HeldSnapshot) => string;

const advanceServer =
  (hide: Hide): Advance =>
  (held) =>
    serverView(held.compiled(), hide(held));

/** An edit that cannot reach a browser, whatever somebody may have signed for it, leaves the view and so its position as it was. */
function advanceBrowser(hide: Hide): Advance {
  const narrow = narrowToBrowser();
  return (held, before) => {
    const { snapshot, provable, flags } = narrow(held.snapshot);
    const rest = { audience: "browser", flags, position: hide(held), ...provableOnce(provable) } as const;
    if (before === undefined || before.snapshot.epoch !== snapshot.epoch) {
      return { ...rest, snapshot: compileSnapshot(snapshot), ...nothingWritten() };
    }
    if (!reachesBrowsers(diffSnapshots(before.provableSource ?? before.snapshot.source, provable))) return before;
    const patch = diffSnapshots(before.snapshot.source, snapshot);
    return { ...before, ...rest, snapshot: updateSnapshot(before.snapshot, patch) };
  };
}

/** Compiled when somebody first comes with a signature. */
function provableOnce(source: Snapshot): Pick<OfrepView, "provable" | "provableSource"> {
  let compiled: CompiledSnapshot | undefined;
  return { provable: () => (compiled ??= compileSnapshot(source)), provableSource: source };
}

/** Values alone change nothing: a flag that serves another one has changed itself. */
function reachesBrowsers({ flags, segments, removed }: ReturnType<typeof diffSnapshots>): boolean {
  return [Object.keys(flags), Object.keys(segments), removed.flags, removed.segments].some((names) => names.length > 0);
}
