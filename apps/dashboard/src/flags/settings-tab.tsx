/** What is true of a flag in every environment: whose it is, why it exists and until when, what its values are like, and its end. */

import { useQuery } from "@tanstack/react-query";
import { Archive, ArchiveRestore } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { Section } from "../ui/page.tsx";
import { ExpectationsSection } from "./expectations-section.tsx";
import { FactsForm } from "./facts-form.tsx";
import { useMay } from "../session/session.ts";
import { useFlagPlace } from "./flag-place.ts";
import { peopleQuery } from "./flag-queries.ts";
import { SchemaSection } from "./schema-section.tsx";
import { useChange } from "./use-change.ts";

export function SettingsTab() {
  return (
    <>
      <FactsForm />
      <SchemaSection />
      <ExpectationsSection />
      <OwnerSection />
      <EndSection />
    </>
  );
}

/** A file that owns the flag lets it go from here; taking it back is the file's. */
function OwnerSection() {
  const { project, flag } = useFlagPlace();
  const change = useChange(project.key);
  const may = useMay("flag.edit", project.key, null);
  if (flag.file === null) return null;
  const moved = Object.keys(flag.file.moved);
  return (
    <Section title="Owned by a file" about="Its definition and rules are edited there.">
      <p className="break-words">
        <span className="font-mono break-all">{flag.file.name}</span> speaks for this flag.
        {moved.length > 0 && ` Shares were turned by hand since in ${moved.join(", ")}; the file leaves them as they are.`}
      </p>
      <Button
        className="self-start"
        isBusy={change.isPending}
        disabled={!may}
        title={may ? undefined : "Your role does not let you edit this flag."}
        onClick={() =>
          change.mutate({
            operations: [{ kind: "release-flag", flag: flag.key }],
            done: `${flag.key} is edited here from now on`,
          })
        }
      >
        Edit it here from now on
      </Button>
    </Section>
  );
}

function EndSection() {
  const { project, environment, flag } = useFlagPlace();
  const change = useChange(project.key);
  const { data: people } = useQuery(peopleQuery(project.key, environment.key));
  const seen = people?.addresses.filter((address) => address.flag === flag.key).map((address) => address.people) ?? [];
  const may = useMay("flag.edit", project.key, null);
  const isHeld = !may || (flag.file !== null && !flag.archived);
  const { archived, key } = flag;
  return (
    <Section
      title={archived ? "Archived" : "Its end"}
      about={
        archived
          ? "It is in no snapshot. Unarchived it does again what it did."
          : "An archived flag leaves every snapshot: whoever asks gets the default in their code. Its history stays."
      }
    >
      {!archived && seen.length > 0 && (
        <p className="figures">
          {seen.length === 1 ? "About" : "Up to about"} {seen.reduce((sum, some) => sum + some, 0).toLocaleString("en")} people
          were answered in {environment.name} this week.
        </p>
      )}
      <Button
        className="self-start"
        icon={archived ? <ArchiveRestore size={16} /> : <Archive size={16} />}
        isBusy={change.isPending}
        disabled={isHeld}
        title={isHeld ? (may ? "Take it out of its file instead." : "Your role does not let you edit this flag.") : undefined}
        onClick={() =>
          change.mutate({
            operations: [{ kind: archived ? "unarchive-flag" : "archive-flag", flag: key }],
            done: archived ? `${key} is back` : `${key} is archived`,
          })
        }
      >
        {archived ? "Unarchive" : "Archive"}
      </Button>
    </Section>
  );
}
