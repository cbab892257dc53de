/** The environments side by side: what the flag does in each, and the way from one to another. */

import { Link } from "@tanstack/react-router";
import { Copy } from "lucide-react";
import { useState } from "react";
import { brightnessOf, sayFallback, sayServing } from "@dimmer/evaluation";
import type { EnvironmentView } from "@dimmer/protocol";
import { Button } from "../ui/button.tsx";
import { Lamp } from "../ui/lamp.tsx";
import { Section } from "../ui/page.tsx";
import { Tag } from "../ui/tag.tsx";
import { CopyDialog } from "./copy-dialog.tsx";
import { useFlagPlace, useObstacle } from "./flag-place.ts";

export function EnvironmentsTab() {
  const { project } = useFlagPlace();
  const [target, setTarget] = useState<EnvironmentView>();
  return (
    <Section title="Environments" about="Side by side, as the flag is now.">
      {/* As many columns as fit; more are beneath. */}
      <ul className="grid gap-4 sm:grid-cols-[repeat(auto-fit,minmax(17rem,1fr))]">
        {project.environments.map((environment) => (
          <EnvironmentColumn key={environment.key} environment={environment} onCopy={() => setTarget(environment)} />
        ))}
      </ul>
      {target !== undefined && <CopyDialog target={target} onClose={() => setTarget(undefined)} />}
    </Section>
  );
}

interface ColumnProps {
  readonly environment: EnvironmentView;
  readonly onCopy: () => void;
}

function EnvironmentColumn({ environment, onCopy }: ColumnProps) {
  const { project, environment: here, flag, variants } = useFlagPlace();
  const obstacle = useObstacle("rule.edit");
  const block = flag.environments[environment.key];
  const state = block === undefined || flag.archived ? "absent" : block.config.enabled ? "on" : "killed";
  const brightness = block === undefined ? 0 : brightnessOf(variants, block.config);
  const hasSource = Object.keys(flag.environments).some((key) => key !== environment.key);
  return (
    <li className="flex flex-col gap-4 rounded-control border border-line bg-surface p-5">
      <div className="flex items-center gap-3">
        <Lamp brightness={brightness} state={state} size={28} />
        <h3 className="min-w-0 flex-1 truncate font-semibold">
          <Link
            to="/projects/$project/flags/$flag"
            params={{ project: project.key, flag: flag.key }}
            search={{ env: environment.key }}
            className="underline-offset-4 hover:underline"
          >
            {environment.name}
          </Link>
        </h3>
        {environment.key === here.key && <Tag>You are here</Tag>}
      </div>
      {block === undefined ? (
        <p className="flex-1 text-quiet">Not set up: whoever asks gets the default in their code.</p>
      ) : (
        <div className="flex flex-1 flex-col gap-3">
          <ul className="flex flex-col gap-1">
            {sayServing(block.config).map((sentence, at) => (
              <li key={at} className="break-words">
                {sentence}
              </li>
            ))}
          </ul>
          <dl className="grid grid-cols-[auto_1fr] gap-x-3 text-small text-quiet">
            <dt>Fallback</dt>
            <dd className="break-words text-ink">{sayFallback({ fallback: block.config.fallback })}</dd>
            <dt>Versions</dt>
            <dd className="figures break-words text-ink">{sayVersions(block.config.published, variants)}</dd>
          </dl>
        </div>
      )}
      <Button
        icon={<Copy size={16} />}
        className="self-start"
        disabled={obstacle !== undefined || !hasSource}
        title={obstacle ?? (hasSource ? undefined : "There is no other environment to copy from.")}
        onClick={onCopy}
      >
        {block === undefined ? "Set up from" : "Copy from"} another
      </Button>
    </li>
  );
}

/** Versions that are said one by one; of more only how many. */
const SAID = 6;

function sayVersions(published: Readonly<Record<string, number>> = {}, variants: readonly string[]): string {
  const served = variants.flatMap((name) => (published[name] === undefined ? [] : [`${name} ${published[name]}`]));
  if (served.length === 0) return "the first of each";
  const more = served.length - SAID;
  return more > 0 ? `${served.slice(0, SAID).join(", ")} and ${more} more` : served.join(", ");
}
