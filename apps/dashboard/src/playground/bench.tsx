/** One flag on the bench: its variants to choose from, what their prompts ask for, and what they answered. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { type FlagView, PLAYGROUND_LIMITS } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { connectionsQuery } from "../connections/connection-queries.ts";
import { useMay } from "../session/session.ts";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { TextArea } from "../ui/field.tsx";
import { Problem, Section } from "../ui/page.tsx";
import { variantColour } from "../ui/variant-colour.ts";
import { AnswerCard } from "./answer-card.tsx";
import { type ChosenVariant, nameOf, readChosen, toggleChosen, writeChosen } from "./chosen-variants.ts";
import { variablesQuery, variantsOf } from "./playground-queries.ts";
import { readVariables } from "./read-variables.ts";
import { VariantChoice } from "./variant-choice.tsx";

const route = getRouteApi("/inside/projects/$project/playground");
/** Variants that are chosen until somebody chooses. */
const AT_FIRST = 3;

export function Bench({ flag }: { readonly flag: FlagView }) {
  const { project, environment } = useEnvironmentPlace();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const names = Object.keys(flag.definition.variants ?? {});
  const offered = names.flatMap((variant): readonly ChosenVariant[] => [
    { variant, isDraft: false },
    ...(flag.versions[variant]?.hasDraft === true ? [{ variant, isDraft: true }] : []),
  ]);
  const chosen = search.variants === undefined ? offered.slice(0, AT_FIRST) : readChosen(search.variants, offered);
  const place = { project: project.key, environment: environment.key, flag: flag.key };
  const asked = useQuery(variablesQuery(place, chosen));
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [message, setMessage] = useState("");
  const variables = asked.data?.variables ?? [];
  const read = readVariables(variables, typed);
  const run = useMutation({
    mutationFn: async (tried: readonly ChosenVariant[]) => {
      const order = { flag: flag.key, variants: variantsOf(tried), variables: read.variables };
      const said = message.trim() === "" ? {} : { message };
      return { tried, ...(await management.runPlayground(project.key, environment.key, { ...order, ...said })) };
    },
    onSettled: () => queries.invalidateQueries({ queryKey: connectionsQuery(project.key, environment.key).queryKey }),
  });
  const mayRun = useMay("playground.run", project.key, environment.key);
  const obstacle = mayRun
    ? chosen.length === 0
      ? "Choose a variant first."
      : Object.keys(read.problems).length > 0
        ? "One variable cannot be read yet."
        : undefined
    : "Your role does not let you call models here.";
  const choose = (one: ChosenVariant) =>
    void navigate({
      search: (before) => ({ ...before, variants: writeChosen(toggleChosen(chosen, one)) }),
      replace: true,
      resetScroll: false,
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (obstacle === undefined) run.mutate(chosen);
  };
  return (
    <>
      <form onSubmit={submit} className="flex flex-col gap-6">
        <VariantChoice offered={offered} chosen={chosen} names={names} onToggle={choose} />
        {asked.isError && <Problem error={asked.error} onRetry={() => void asked.refetch()} />}
        <div className="grid gap-x-6 gap-y-2 md:grid-cols-2">
          {variables.map((name) => (
            <TextArea
              key={name}
              label={name}
              rows={3}
              maxLength={PLAYGROUND_LIMITS.variableChars}
              value={typed[name] ?? ""}
              onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
              hint="As the app would fill it. Begin with { or [ for JSON."
              problem={read.problems[name]}
            />
          ))}
          <TextArea
            label="The user says"
            rows={3}
            maxLength={PLAYGROUND_LIMITS.messageChars}
            value={message}
            onChange={(event) => setMessage(event.target.value)}
            hint="After the prompt, if you like."
          />
        </div>
        <div className="flex flex-wrap items-center gap-3">
          <Button look="primary" type="submit" isBusy={run.isPending} disabled={obstacle !== undefined} title={obstacle}>
            {chosen.length === 1 ? "Run it" : `Run ${chosen.length} side by side`}
          </Button>
          <p className="text-small text-quiet">
            {obstacle ?? "It costs what the models cost, within the budget of each connection. Nothing of it counts as evidence."}
          </p>
        </div>
      </form>
      {run.isError && <Problem error={run.error} onRetry={() => run.mutate(chosen)} />}
      {run.data !== undefined && (
        <Section title="Answers">
          <ul
            aria-busy={run.isPending}
            className={classNames("grid gap-4 sm:grid-cols-2", run.data.answers.length !== 4 && "lg:grid-cols-3")}
          >
            {run.data.answers.map((answer, index) => {
              const tried = run.data.tried[index] ?? { variant: answer.variant, isDraft: false };
              return (
                <AnswerCard
                  key={nameOf(tried)}
                  project={project.key}
                  answer={answer}
                  all={run.data.answers}
                  isDraft={tried.isDraft}
                  colour={variantColour(names, answer.variant)}
                />
              );
            })}
          </ul>
        </Section>
      )}
    </>
  );
}
