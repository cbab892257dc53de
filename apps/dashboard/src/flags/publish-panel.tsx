/** From a value to people: what differs from what is served, where it goes, and how many get it at once. */

import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { JsonValue } from "@dimmer/evaluation";
import type { ValueVersionView } from "@dimmer/protocol";
import { useMay } from "../session/session.ts";
import { ConfigDiff } from "../ai-configs/config-diff.tsx";
import { isConfig } from "../ai-configs/config-shape.ts";
import { TextDiff } from "../ui/code-editor.tsx";
import { CompactSelect } from "../ui/field.tsx";
import { useFlagPlace } from "./flag-place.ts";
import { peopleQuery } from "./flag-queries.ts";
import { peopleGetting } from "./people-getting.ts";
import { SaveBar } from "./save-bar.tsx";
import { textOf } from "./value-text.ts";

export interface PublishPanelProps {
  readonly name: string;
  readonly value: JsonValue;
  readonly versions: readonly ValueVersionView[];
  /** The version that goes out; the draft unless given. */
  readonly version: number | undefined;
}

export function PublishPanel({ name, value, versions, version }: PublishPanelProps) {
  const { project, environment, flag } = useFlagPlace();
  const configured = project.environments.filter(({ key }) => flag.environments[key] !== undefined);
  const [chosen, setChosen] = useState<readonly string[]>();
  const to = chosen ?? configured.filter(({ key }) => key === environment.key).map(({ key }) => key);
  const { type, schema } = flag.definition;
  const served = versions.find(({ publishedIn }) => publishedIn.includes(environment.key));
  const [against, setAgainst] = useState<number>();
  const other = versions.find(({ number }) => number === against) ?? served;
  const mayPublish = useMay("publish", project.key, environment.key);
  const people = useQuery(peopleQuery(project.key, environment.key));
  const block = flag.environments[environment.key];
  const reached = block === undefined ? 0 : peopleGetting(people.data, flag.key, block.config, name);
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-col gap-3">
        <Against versions={versions} own={version} served={served} chosen={other?.number} onChoose={setAgainst} />
        {other !== undefined && isConfig(value, schema) && isConfig(other.value, schema) ? (
          <ConfigDiff label={`What changes in ${name}`} before={other.value} after={value} />
        ) : (
          <TextDiff
            label={`What changes in ${name}`}
            before={other === undefined ? "" : textOf(type, other.value)}
            after={textOf(type, value)}
            language={type === "string" ? "text" : "json"}
          />
        )}
      </div>
      {mayPublish ? (
        <>
          <fieldset className="flex flex-wrap gap-x-6 gap-y-2">
            <legend className="mb-1 text-small font-semibold">Publish to</legend>
            {configured.map(({ key, name: label }) => (
              <label key={key} className="flex items-center gap-2">
                <input
                  type="checkbox"
                  checked={to.includes(key)}
                  onChange={() => setChosen(to.includes(key) ? to.filter((one) => one !== key) : [...to, key])}
                  className="size-4 accent-[var(--light)]"
                />
                {label}
              </label>
            ))}
          </fieldset>
          {to.length > 0 && (
            <SaveBar
              project={project.key}
              operations={[
                {
                  kind: "publish",
                  flag: flag.key,
                  variant: name,
                  environments: [...to],
                  ...(version === undefined ? {} : { version }),
                },
              ]}
              suggested={version === undefined ? `Publish ${name}` : `Back to version ${version} of ${name}`}
              expected={{ [`flags/${flag.key}`]: flag.revision }}
              about={
                to.includes(environment.key)
                  ? sayReached(reached, name, environment.name)
                  : "Nobody moves: only the value changes."
              }
              label="Publish"
            />
          )}
          {reached !== 0 && to.includes(environment.key) && <RampInstead variant={name} />}
        </>
      ) : (
        <p className="text-quiet">Somebody who may publish takes it from here.</p>
      )}
    </div>
  );
}

/** A value goes to all of a variant's people at once; a rollout of a variant goes step by step, and back by itself. */
function RampInstead({ variant }: { readonly variant: string }) {
  const { project, flag } = useFlagPlace();
  return (
    <p className="text-small text-quiet">
      Rather a few at first? Keep it as a variant of its own, and{" "}
      <Link
        to="/projects/$project/rollouts/new"
        params={{ project: project.key }}
        search={{ flag: flag.key, variant }}
        className="underline underline-offset-4"
      >
        roll that out step by step
      </Link>
      .
    </p>
  );
}

interface AgainstProps {
  readonly versions: readonly ValueVersionView[];
  /** The version that is looked at; undefined for the draft. */
  readonly own: number | undefined;
  readonly served: ValueVersionView | undefined;
  readonly chosen: number | undefined;
  readonly onChoose: (version: number) => void;
}

/** Which version it is compared with: the one that is served, unless somebody chooses another. */
function Against({ versions, own, served, chosen, onChoose }: AgainstProps) {
  const { environment } = useFlagPlace();
  const others = versions.filter(({ number }) => number !== own).sort((one, other) => other.number - one.number);
  if (others.length === 0) return <p className="text-small text-quiet">Nothing is published in {environment.name} yet.</p>;
  const sayVersion = ({ number }: ValueVersionView): string =>
    number === served?.number ? `version ${number}, which ${environment.name} serves` : `version ${number}`;
  if (others.length === 1 && chosen !== undefined)
    return <p className="text-small text-quiet">Against {others.map(sayVersion)}</p>;
  return (
    <p className="flex flex-wrap items-center gap-2 text-small text-quiet">
      Against
      <CompactSelect
        label="Compare with"
        value={chosen === undefined ? "" : String(chosen)}
        onChange={({ target }) => onChoose(Number(target.value))}
        choices={[
          ...(chosen === undefined ? [{ value: "", label: "no version" }] : []),
          ...others.map((version) => ({ value: String(version.number), label: sayVersion(version) })),
        ]}
        className="text-ink"
      />
    </p>
  );
}

function sayReached(people: number | undefined, variant: string, environment: string): string {
  if (people === 0) return `Nobody gets ${variant} in ${environment} just now.`;
  if (people === undefined)
    return `Whoever gets ${variant} in ${environment} gets this at once; how many they are is not counted here.`;
  return `About ${people.toLocaleString("en")} people seen this week in ${environment} get ${variant}, and get this at once.`;
}
