/** The environments of a project, and for the chosen one its keys and the apps that are connected. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { checkEnvironmentKey } from "@dimmer/evaluation";
import type { EnvironmentView, ProjectView } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { useMay } from "../session/session.ts";
import { usePlace } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { Dialog } from "../ui/dialog.tsx";
import { CheckField, TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { Empty, Page } from "../ui/page.tsx";
import { Tag } from "../ui/tag.tsx";
import { say } from "../ui/toast.tsx";
import { Connections } from "../connections/connections.tsx";
import { ConnectedApps } from "./connected-apps.tsx";
import { EnvironmentSettings } from "./environment-settings.tsx";
import { RequiredEvals } from "./required-evals.tsx";
import { Keys } from "./keys.tsx";
import { UnknownFlags } from "./unknown-flags.tsx";

export function EnvironmentsPage() {
  const { project, environment } = usePlace();
  const [isCreating, setCreating] = useState(false);
  const mayCreate = useMay("environment.edit", project.key, null);
  const create = mayCreate ? (
    <Button
      look={project.environments.length === 0 ? "primary" : "quiet"}
      icon={<Plus size={17} />}
      onClick={() => setCreating(true)}
    >
      New environment
    </Button>
  ) : undefined;
  return (
    <Page title="Environments" lead="Each has its own rules, keys and apps." acts={create}>
      {environment === undefined ? (
        <Empty title="No environment yet" act={create}>
          Flags are set up once and decided apart in each environment: production, staging, one for each developer.
        </Empty>
      ) : (
        <>
          <EnvironmentList project={project} chosen={environment} />
          <EnvironmentSettings key={`settings of ${environment.key}`} project={project.key} environment={environment} />
          <RequiredEvals key={`evals of ${environment.key}`} project={project.key} environment={environment} />
          <Keys key={environment.key} project={project.key} environment={environment} />
          <Connections key={`connections of ${environment.key}`} project={project.key} environment={environment} />
          <ConnectedApps project={project.key} environment={environment} />
          <UnknownFlags project={project.key} environment={environment} />
        </>
      )}
      {isCreating && <NewEnvironment project={project.key} onClose={() => setCreating(false)} />}
    </Page>
  );
}

interface EnvironmentListProps {
  readonly project: ProjectView;
  readonly chosen: EnvironmentView;
}

function EnvironmentList({ project, chosen }: EnvironmentListProps) {
  const navigate = useNavigate();
  return (
    <ul className="grid grid-cols-1 gap-3 sm:grid-cols-2 lg:grid-cols-3">
      {project.environments.map(({ key, name, production, requireReview, version }) => {
        const isChosen = key === chosen.key;
        return (
          <li
            key={key}
            className={classNames("rounded-control border bg-surface", isChosen ? "border-line-strong" : "border-line")}
          >
            <button
              type="button"
              aria-pressed={isChosen}
              onClick={() => void navigate({ to: ".", search: (search) => ({ ...search, env: key }), resetScroll: false })}
              className="w-full px-4 py-3 text-left"
            >
              <span className="flex items-center gap-2">
                <span className={classNames("truncate", isChosen && "font-semibold")}>{name}</span>
                {production && <Tag look="light">Production</Tag>}
                {requireReview > 0 && <Tag>Reviewed</Tag>}
              </span>
              <span className="figures block truncate text-small text-quiet">
                {key}, version {version}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function NewEnvironment({ project, onClose }: { readonly project: string; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<string>();
  const create = useMutation({
    mutationFn: (order: { key: string; name: string; production: boolean }) => management.createEnvironment(project, order),
    onSuccess: async ({ key, name }) => {
      await queries.invalidateQueries({ queryKey: ["projects"] });
      onClose();
      say({ title: `${name} is there`, about: "No flag is set up in it yet: whoever asks gets the default in the code." });
      await navigate({ to: ".", search: (search) => ({ ...search, env: key }) });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { key = "", name = "", production } = fieldsOf(event.currentTarget);
    const issue = checkEnvironmentKey(key);
    setProblem(issue === undefined ? undefined : `${issue.message} ${issue.mend}`);
    if (issue === undefined) create.mutate({ key, name: name.trim() === "" ? key : name, production: production !== undefined });
  };
  return (
    <Dialog title="New environment" isOpen onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-2">
        <TextField
          label="Key"
          name="key"
          required
          autoFocus
          spellCheck={false}
          autoComplete="off"
          placeholder="staging"
          className="font-mono"
          hint="It stays as it is: files and the command line name it."
          problem={problem ?? (create.isError ? messageOf(create.error).about : undefined)}
        />
        <TextField label="Name" name="name" placeholder="Staging" maxLength={200} />
        <CheckField name="production" label="Real people are here" hint="Production carries an amber line on every page." />
        <Button look="primary" type="submit" isBusy={create.isPending} className="mt-3">
          Create environment
        </Button>
      </form>
    </Dialog>
  );
}
