/** What can be done with several flags at once, as one change. */

import { Archive, ArchiveRestore, Power, Tag as TagIcon, UserRound } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import type { EnvironmentView, FlagSummary, Operation } from "@dimmer/protocol";
import { useQuery } from "@tanstack/react-query";
import { useMay } from "../session/session.ts";
import { Button } from "../ui/button.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { Dialog } from "../ui/dialog.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { countTags, ownerEdits, sayFlags, sortOut, tagEdits } from "./bulk-edits.ts";
import { summariesQuery } from "./flag-queries.ts";
import { useChange } from "./use-change.ts";

export interface BulkBarProps {
  readonly project: string;
  readonly environment: EnvironmentView;
  readonly chosen: ReadonlySet<string>;
  /** What the filters leave. */
  readonly shown: readonly FlagSummary[];
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
  readonly onDone: () => void;
}

type Asks = "owner" | "tags" | "restore";

const NOT_EDIT = "Your role does not let you edit flags.";

export function BulkBar({ project, environment, chosen, shown, onChoose, onDone }: BulkBarProps) {
  const change = useChange(project);
  const { data: summaries = [] } = useQuery(summariesQuery(project, environment.key));
  const [asks, setAsks] = useState<Asks>();
  const mayEdit = useMay("flag.edit", project, null);
  const mayKill = useMay("flag.kill", project, environment.key);
  const mayRestore = useMay("flag.restore", project, environment.key);
  const flags = summaries.filter(({ key }) => chosen.has(key));
  const { live, killed, inUse, archived } = sortOut(flags);
  const close = () => setAsks(undefined);
  const submit = (operations: readonly Operation[], done?: string) => {
    close();
    if (operations.length === 0) return onDone();
    return change.mutate({ operations, ...(done === undefined ? {} : { done }) }, { onSuccess: onDone });
  };
  const all = (kind: "archive-flag" | "unarchive-flag" | "kill" | "restore", of: readonly FlagSummary[]) =>
    of.map(({ key }): Operation =>
      kind === "kill" || kind === "restore" ? { kind, flag: key, environment: environment.key } : { kind, flag: key },
    );
  const edits = { disabled: !mayEdit, title: mayEdit ? undefined : NOT_EDIT, isBusy: change.isPending };
  return (
    <div
      role="region"
      aria-label="Chosen flags"
      className="sticky bottom-4 z-10 flex flex-wrap items-center gap-2 rounded-control border border-line bg-raised p-3 shadow-float"
    >
      <p className="figures flex items-center gap-1 font-semibold">{sayFlags(chosen.size)}</p>
      <span className="mr-auto flex">
        {chosen.size < shown.length && (
          <Button look="bare" onClick={() => onChoose(new Set(shown.map(({ key }) => key)))}>
            All {shown.length.toLocaleString("en")}
          </Button>
        )}
        <Button look="bare" onClick={onDone}>
          None
        </Button>
      </span>
      <Button icon={<UserRound size={16} />} {...edits} onClick={() => setAsks("owner")}>
        Owner
      </Button>
      <Button icon={<TagIcon size={16} />} {...edits} onClick={() => setAsks("tags")}>
        Tags
      </Button>
      {inUse.length > 0 && (
        <Button
          icon={<Archive size={16} />}
          {...edits}
          onClick={() => submit(all("archive-flag", inUse), `${sayFlags(inUse.length)} archived`)}
        >
          Archive
        </Button>
      )}
      {archived.length > 0 && (
        <Button
          icon={<ArchiveRestore size={16} />}
          {...edits}
          onClick={() => submit(all("unarchive-flag", archived), `${sayFlags(archived.length)} back from the archive`)}
        >
          Unarchive
        </Button>
      )}
      {killed.length > 0 && (
        <Button
          icon={<Power size={16} />}
          isBusy={change.isPending}
          disabled={!mayRestore}
          title={mayRestore ? undefined : "Your role does not let you restore flags here."}
          onClick={() => setAsks("restore")}
        >
          Restore
        </Button>
      )}
      {live.length > 0 && (
        <Button
          look="danger"
          icon={<Power size={16} />}
          isBusy={change.isPending}
          disabled={!mayKill}
          title={mayKill ? undefined : "Your role does not let you kill flags here."}
          onClick={() => submit(all("kill", live), `${sayFlags(live.length)} off in ${environment.name}`)}
        >
          Kill in {environment.name}
        </Button>
      )}
      {asks === "owner" && (
        <Asked
          title="Give them an owner"
          count={flags.length}
          onClose={close}
          onAnswer={({ owner = "" }) => submit(ownerEdits(flags, owner.trim()))}
        >
          <TextField label="Owner" name="owner" required autoFocus maxLength={2_000} hint="The team that answers for them." />
        </Asked>
      )}
      {asks === "tags" && (
        <Asked
          title="Tags"
          count={flags.length}
          onClose={close}
          onAnswer={({ add = "", remove = "" }) => submit(tagEdits(flags, { add: add.trim(), remove }))}
        >
          <TextField label="Add" name="add" autoFocus maxLength={128} />
          <SelectField
            label="Take away"
            name="remove"
            choices={[
              { value: "", label: "None" },
              ...countTags(flags).map(({ tag, count }) => ({ value: tag, label: `${tag}, from ${sayFlags(count)}` })),
            ]}
          />
        </Asked>
      )}
      {asks === "restore" && (
        <Asked
          title={`Restore in ${environment.name}`}
          count={killed.length}
          label="Restore"
          onClose={close}
          onAnswer={() => submit(all("restore", killed), `${sayFlags(killed.length)} back in ${environment.name}`)}
        >
          <p>Each serves again, at once, what it served before it was killed.</p>
        </Asked>
      )}
    </div>
  );
}

interface AskedProps {
  readonly title: string;
  readonly count: number;
  readonly label?: string;
  readonly onClose: () => void;
  readonly onAnswer: (fields: Readonly<Record<string, string | undefined>>) => void;
  readonly children: ReactNode;
}

function Asked({ title, count, label = "Save", onClose, onAnswer, children }: AskedProps) {
  const answer = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onAnswer(fieldsOf(event.currentTarget));
  };
  return (
    <Dialog title={title} about={`For ${sayFlags(count)}, as one change.`} isOpen onClose={onClose}>
      <form onSubmit={answer} className="flex flex-col gap-2">
        {children}
        <div className="mt-2 flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit">
            {label}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
