/** Follows the changes of a project, so that what is shown is what is so. */

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { LIVE_EVENT, LIVE_NOTICE } from "@dimmer/protocol";

export type Liveness = "connecting" | "live" | "broken";

/** Milliseconds in which changes are gathered before anything is read again. */
const GATHER_MS = 80;
/** Milliseconds until a line that was refused is asked for again. */
const AGAIN_MS = 5_000;

/**
 * Shape:  reads anew whatever is shown of the project when somebody changed something or an alert or rollout is another, and after a break in the line.
 */
export function useLive(project: string): Liveness {
  const queries = useQueryClient();
  const [liveness, setLiveness] = useState<Liveness>("connecting");
  useEffect(() => {
    let gathering: ReturnType<typeof setTimeout> | undefined;
    const readAnew = () => {
      gathering ??= setTimeout(() => {
        gathering = undefined;
        void queries.invalidateQueries({ queryKey: ["project", project] });
      }, GATHER_MS);
    };
    let wasBroken = false;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const open = (): EventSource => {
      const source = new EventSource(`/api/v1/projects/${encodeURIComponent(project)}/live`);
      source.addEventListener("open", () => {
        setLiveness("live");
        if (wasBroken) readAnew();
      });
      source.addEventListener("error", () => {
        wasBroken = true;
        setLiveness("broken");
        // After a break in the line the browser comes back by itself; after a refusal it never does, and the session may have ended.
        if (source.readyState !== EventSource.CLOSED) return;
        void queries.invalidateQueries({ queryKey: ["session"] });
        waiting = setTimeout(() => (line = open()), AGAIN_MS);
      });
      source.addEventListener("missed", readAnew);
      source.addEventListener(LIVE_EVENT, readAnew);
      source.addEventListener(LIVE_NOTICE, readAnew);
      source.addEventListener(LIVE_NOTICE, readAnew);
      return source;
    };
    let line = open();
    return () => {
      line.close();
      clearTimeout(gathering);
      clearTimeout(waiting);
    };
  }, [project, queries]);
  return liveness;
}
