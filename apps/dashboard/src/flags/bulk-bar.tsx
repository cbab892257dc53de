/** What can be done with several flags at once, as one change. */

import { Archive, Power, Tag as TagIcon, UserRound } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { EnvironmentView, FlagSummary, Operation } from "@dimmer/protocol";
import { useQuery } from "@tanstack/react-query";
import { Button } from "../ui/button.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { summariesQuery } from "./flag-queries.ts";
import { useChange } from "./use-change.ts";

export interface BulkBarProps {
  readonly project: string;
  readonly environment: EnvironmentView;
  readonly chosen: ReadonlySet<string>;
  readonly onDone: () => void;
}

type Asks = "owner" | "tag";

export function BulkBar({ project, environment, chosen, onDone }: BulkBarProps) {
  const change = useChange(project);
  const { data: summaries = [] } = useQuery(summariesQuery(project, environment.key));
  const [asks, setAsks] = useState<Asks>();
  if (chosen.size === 0) return null;
  const flags = summaries.filter(({ key }) => chosen.has(key));
  const submit = (operations: readonly Operation[]) => change.mutate({ operations }, { onSuccess: onDone });
  const answer = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { value = "" } = fieldsOf(event.currentTarget);
    submit(flags.map((flag) => editOf(flag, asks ?? "owner", value)));
    setAsks(undefined);
  };
  const live = flags.filter(({ state, archived }) => state === "on" && !archived);
  return (
    <div
      role="region"
      aria-label="Chosen flags"
      className="sticky bottom-4 z-10 flex flex-wrap items-center gap-2 rounded-control border border-line bg-raised p-3 shadow-float"
    >
      <p className="figures mr-auto font-semibold">
        {chosen.size} {chosen.size === 1 ? "flag" : "flags"}
      </p>
      <Button icon={<UserRound size={16} />} onClick={() => setAsks("owner")}>
        Owner
      </Button>
      <Button icon={<TagIcon size={16} />} onClick={() => setAsks("tag")}>
        Tag
      </Button>
      <Button
        icon={<Archive size={16} />}
        isBusy={change.isPending}
        onClick={() => submit(flags.filter(({ archived }) => !archived).map(({ key }) => ({ kind: "archive-flag", flag: key })))}
      >
        Archive
      </Button>
      <Button
        look="danger"
        icon={<Power size={16} />}
        isBusy={change.isPending}
        disabled={live.length === 0}
        onClick={() => submit(live.map(({ key }) => ({ kind: "kill", flag: key, environment: environment.key })))}
      >
        Kill in {environment.name}
      </Button>
      <Button look="bare" onClick={onDone}>
        Cancel
      </Button>
      <Dialog
        title={asks === "tag" ? "Add a tag" : "Give them an owner"}
        about={`To ${chosen.size} ${chosen.size === 1 ? "flag" : "flags"}, as one change.`}
        isOpen={asks !== undefined}
        onClose={() => setAsks(undefined)}
      >
        <form onSubmit={answer} className="flex flex-col gap-2">
          <TextField label={asks === "tag" ? "Tag" : "Owner"} name="value" required autoFocus maxLength={128} />
          <Button look="primary" type="submit">
            Save
          </Button>
        </form>
      </Dialog>
    </div>
  );
}

function editOf(flag: FlagSummary, asks: Asks, value: string): Operation {
  const fields = asks === "owner" ? { owner: value } : { tags: [...new Set([...flag.tags, value])] };
  return { kind: "update-flag", flag: flag.key, fields };
}
