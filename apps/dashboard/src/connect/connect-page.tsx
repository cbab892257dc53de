/** From a flag to code that asks it: choose, make a key, paste, and see the light turn on. */

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { EnvironmentView, FlagSummary } from "@dimmer/protocol";
import { summariesQuery } from "../flags/flag-queries.ts";
import { useChange } from "../flags/use-change.ts";
import { useMay } from "../session/session.ts";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { Button, ButtonLink } from "../ui/button.tsx";
import { Snippet } from "../ui/copyable.tsx";
import { SelectField } from "../ui/field.tsx";
import { Empty, Page, Problem, Section, Waiting } from "../ui/page.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { ConnectKey } from "./connect-key.tsx";
import { ConnectionLight } from "./connection-light.tsx";
import { KEY_PLACE, type Way, wayOf, WAYS } from "./snippets.ts";

export function ConnectPage() {
  const { project, environment } = useEnvironmentPlace();
  const flags = useQuery(summariesQuery(project.key, environment.key));
  const { flag: asked } = useSearch({ from: "/inside/projects/$project/connect" });
  const inUse = (flags.data ?? []).filter(({ archived, state }) => !archived && state !== "absent");
  const flag = inUse.find(({ key }) => key === asked) ?? inUse[0];
  return (
    <Page title="Connect" lead={`Put a flag into your code. ${environment.name} answers.`}>
      {flags.isError && <Problem error={flags.error} onRetry={() => void flags.refetch()} />}
      {flags.isPending && <Waiting rows={6} />}
      {flags.isSuccess && flag === undefined && (
        <Empty
          title={`No flag in ${environment.name} yet`}
          act={
            <ButtonLink look="primary" to="/projects/$project/flags" params={{ project: project.key }}>
              To the flags
            </ButtonLink>
          }
        >
          Code asks a flag by its key. Make one first; it starts dark, so nothing changes for anybody.
        </Empty>
      )}
      {flag !== undefined && (
        // Keys belong to one environment.
        <Steps key={environment.key} project={project.key} environment={environment} flags={inUse} flag={flag} />
      )}
    </Page>
  );
}

interface StepsProps {
  readonly project: string;
  readonly environment: EnvironmentView;
  readonly flags: readonly FlagSummary[];
  readonly flag: FlagSummary;
}

function Steps({ project, environment, flags, flag }: StepsProps) {
  const { lang } = useSearch({ from: "/inside/projects/$project/connect" });
  const navigate = useNavigate({ from: "/projects/$project/connect" });
  const [secrets, setSecrets] = useState<Readonly<Partial<Record<Way["keyKind"], string>>>>({});
  const mayMake = useMay("key.edit", project, environment.key);
  const way = wayOf(lang);
  const secret = secrets[way.keyKind];
  const set = (search: { flag?: string; lang?: string }) =>
    void navigate({ search: (before) => ({ ...before, ...search }), replace: true, resetScroll: false });
  const order = { url: window.location.origin, key: secret ?? KEY_PLACE[way.keyKind], flag: flag.key, type: flag.type };
  return (
    <>
      <ConnectionLight project={project} environment={environment.key} flag={flag.key} />
      <Tabs label="Language" tabs={WAYS} chosen={way.id} onChoose={(id) => set({ lang: id })}>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-x-8 gap-y-4 lg:grid-cols-[18rem_minmax(0,1fr)]">
          <SelectField
            label="Flag"
            value={flag.key}
            onChange={({ target }) => set({ flag: target.value })}
            choices={flags.map(({ key }) => ({ value: key, label: key }))}
            hint={way.about}
          />
          <div className="flex flex-col gap-1">
            <p className="text-small font-semibold">Key</p>
            <ConnectKey
              // A browser key is asked for apart from a server key.
              key={way.keyKind}
              project={project}
              environment={environment}
              kind={way.keyKind}
              secret={secret}
              onSecret={(made) => setSecrets({ ...secrets, [way.keyKind]: made })}
              mayMake={mayMake}
            />
          </div>
        </div>
        {way.keyKind === "browser" && flag.audience !== "browser" && <NotForBrowsers project={project} flag={flag.key} />}
        {way.parts(order).map(({ place, text }) => (
          <div key={place} className="flex flex-col gap-2">
            <h2 className="text-small font-semibold">{place}</h2>
            <Snippet text={text} what={place} />
          </div>
        ))}
      </Tabs>
      <Section title="Then">
        <ul className="flex flex-col gap-1">
          <li>
            Put the person into the context: <code className="font-mono text-small">targetingKey</code> decides who gets which
            variant, and the rest of it is what your rules can ask for.
          </li>
          <li>Turn the flag up from 1 %, and watch the code print the new answer.</li>
        </ul>
        <div className="flex flex-wrap gap-2">
          <ButtonLink to="/projects/$project/flags/$flag" params={{ project, flag: flag.key }}>
            Open {flag.key}
          </ButtonLink>
        </div>
      </Section>
    </>
  );
}

function NotForBrowsers({ project, flag }: { readonly project: string; readonly flag: string }) {
  const change = useChange(project);
  const mayEdit = useMay("flag.edit", project, null);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-control border border-light bg-light-soft px-4 py-3">
      <p className="min-w-0 flex-1">
        {flag} is not for browsers: for a browser key it does not exist, and the page gets its own default.
      </p>
      <Button
        isBusy={change.isPending}
        disabled={!mayEdit}
        title={mayEdit ? undefined : "Your role does not let you edit this flag."}
        onClick={() =>
          change.mutate({
            operations: [{ kind: "update-flag", flag, fields: { audience: "browser" } }],
            done: `Browsers may ask for ${flag} now`,
          })
        }
      >
        Let browsers ask for it
      </Button>
    </div>
  );
}
