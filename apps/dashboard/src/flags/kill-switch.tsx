/** The kill switch: one press, at once. Coming back is what asks. */

import { useQuery } from "@tanstack/react-query";
import { Power } from "lucide-react";
import { useState } from "react";
import { type FlagEnvironment, sayFallback } from "@dimmer/evaluation";
import type { Operation, SdkArrival } from "@dimmer/protocol";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { arrivalQuery } from "./flag-queries.ts";
import { useChange } from "./use-change.ts";

export interface KillSwitchProps {
  readonly project: string;
  readonly flag: string;
  readonly environment: { readonly key: string; readonly name: string };
  readonly config: FlagEnvironment;
  /** The variant that is turned up: the first. */
  readonly lit: string;
  readonly mayKill: boolean;
  readonly mayRestore: boolean;
}

export function KillSwitch({ project, flag, environment, config, lit, mayKill, mayRestore }: KillSwitchProps) {
  const change = useChange(project);
  const [asks, setAsks] = useState(false);
  const here = { flag, environment: environment.key };
  if (config.enabled) {
    return (
      <Button
        look="danger"
        icon={<Power size={17} />}
        isBusy={change.isPending}
        disabled={!mayKill}
        title={mayKill ? undefined : "Your role does not let you kill flags here."}
        onClick={() => change.mutate({ operations: [{ kind: "kill", ...here }], done: `${flag} is off in ${environment.name}` })}
      >
        Kill
      </Button>
    );
  }
  const restore = (operations: readonly Operation[], done: string) =>
    change.mutate({ operations: [{ kind: "restore", ...here }, ...operations], done }, { onSuccess: () => setAsks(false) });
  const fromOne = rampsTo(config, here, lit, 1);
  return (
    <>
      <Button
        look="primary"
        icon={<Power size={17} />}
        disabled={!mayRestore}
        title={mayRestore ? undefined : "Your role does not let you restore flags here."}
        onClick={() => setAsks(true)}
      >
        Restore
      </Button>
      <Dialog
        title={`Restore ${flag} in ${environment.name}`}
        about={`Everyone gets ${sayFallback(config)} now.`}
        isOpen={asks}
        onClose={() => setAsks(false)}
      >
        <div className="flex flex-col gap-2">
          <Button isBusy={change.isPending} onClick={() => restore([], `${flag} is back as before`)}>
            As before
          </Button>
          <Button
            look="primary"
            isBusy={change.isPending}
            disabled={fromOne.length === 0}
            onClick={() => restore(fromOne, `${flag} is back, ${lit} from 1 %`)}
          >
            From 1 % {lit}
          </Button>
          {fromOne.length === 0 && <p className="text-small text-quiet">There is no split of {lit} that could start from 1 %.</p>}
        </div>
      </Dialog>
    </>
  );
}

/** Every split that turns the variant, from `percent` on. */
function rampsTo(
  { rules = [], default: everyone }: FlagEnvironment,
  here: { readonly flag: string; readonly environment: string },
  variant: string,
  percent: number,
): readonly Operation[] {
  return [...rules.map(({ id, serve }) => ({ rule: id, serve })), { rule: "default", serve: everyone }].flatMap(
    ({ rule, serve }) =>
      "split" in serve && (serve.split[variant] ?? 0) > percent
        ? [{ kind: "ramp" as const, ...here, rule, variant, percent }]
        : [],
  );
}

/** Milliseconds between looks while a kill travels. */
const LOOK_MS = 1_000;

/** After a kill: how many apps have it, live. */
export function Arrival({ project, environment }: { readonly project: string; readonly environment: string }) {
  const { data } = useQuery({
    ...arrivalQuery(project, environment),
    refetchInterval: ({ state }) => (state.data !== undefined && state.data.arrived < state.data.sdks ? LOOK_MS : false),
  });
  if (data === undefined) return null;
  return (
    <p role="status" className="figures text-small text-quiet">
      {sayArrival(data)}
    </p>
  );
}

export function sayArrival({ sdks, arrived, behind }: SdkArrival): string {
  if (sdks === 0) return "No app is connected in this environment.";
  const late = behind.map(({ sdks: count, connection, lastSeenMsAgo }) => {
    const seconds = Math.round(lastSeenMsAgo / 1000);
    return `${count} ${connection}, last seen ${seconds} s ago`;
  });
  const have = arrived === sdks ? `All ${sdks} connected apps have it` : `${arrived} of ${sdks} apps have it`;
  return [have, ...late].join("; ") + ".";
}
