/** What somebody would get, and why: the same evaluation as in an app, with its trace in words, in a link that holds all of it. */

import { useQuery } from "@tanstack/react-query";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { Link2 } from "lucide-react";
import { useEffect, useState } from "react";
import type { EnvironmentView } from "@dimmer/protocol";
import { summariesQuery } from "../flags/flag-queries.ts";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { SelectField } from "../ui/field.tsx";
import { Page, Problem, Section, Waiting } from "../ui/page.tsx";
import { say } from "../ui/toast.tsx";
import { useDebounced } from "../ui/use-debounced.ts";
import { AllAnswers } from "./all-answers.tsx";
import { ContextEditor } from "./context-editor.tsx";
import { answersQuery } from "./evaluation-queries.ts";
import { OneAnswer } from "./one-answer.tsx";
import { type Question, readQuestion, writeQuestion } from "./question.ts";

/** Milliseconds of quiet until the server is asked. */
const ASK_AFTER_MS = 250;

export function TestPage() {
  const { project, environment } = useEnvironmentPlace();
  const [question, setQuestion] = useQuestion();
  const { data: flags = [] } = useQuery(summariesQuery(project.key, environment.key));
  const copyLink = async () => {
    const link = new URL(window.location.href);
    link.searchParams.set("env", environment.key);
    link.hash = writeQuestion(question);
    await navigator.clipboard.writeText(link.href);
    say({ title: "Link copied", about: "It holds the context behind its #, which no server gets to see." });
  };
  return (
    <Page
      title="Test a context"
      lead={`What somebody gets in ${environment.name}, and why. Nothing is counted.`}
      acts={
        <Button icon={<Link2 size={17} />} onClick={() => void copyLink()}>
          Copy link
        </Button>
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,24rem)_minmax(0,1fr)]">
        <div className="flex flex-col gap-4">
          <SelectField
            label="Flag"
            value={question.flag ?? ""}
            onChange={({ target }) => setQuestion({ ...question, flag: target.value === "" ? undefined : target.value })}
            choices={choicesOf(
              flags.filter(({ archived, state }) => !archived && state !== "absent").map(({ key }) => key),
              question.flag,
            )}
          />
          <ContextEditor
            project={project.key}
            environment={environment.key}
            context={question.context}
            onChange={(context) => setQuestion({ ...question, context })}
          />
        </div>
        <Answers project={project.key} environment={environment} question={question} onAsk={setQuestion} />
      </div>
    </Page>
  );
}

/** A flag that the link names and that is not there stays to be seen. */
function choicesOf(flags: readonly string[], asked: string | undefined) {
  const all = asked === undefined || flags.includes(asked) ? flags : [...flags, asked];
  return [{ value: "", label: "All flags" }, ...all.map((key) => ({ value: key, label: key }))];
}

interface AnswersProps {
  readonly project: string;
  readonly environment: EnvironmentView;
  readonly question: Question;
  readonly onAsk: (question: Question) => void;
}

function Answers({ project, environment, question, onAsk }: AnswersProps) {
  const settled = useDebounced(question, ASK_AFTER_MS);
  const answers = useQuery(answersQuery(project, environment.key, settled));
  if (answers.isError) return <Problem error={answers.error} onRetry={() => void answers.refetch()} />;
  if (answers.data === undefined) return <Waiting />;
  const { results, version } = answers.data;
  const [only] = results;
  return (
    <Section title="Answer" about={`From version ${version} of ${environment.name}.`}>
      {only?.trace === undefined ? (
        <AllAnswers answers={results} onChoose={(flag) => onAsk({ ...question, flag })} />
      ) : (
        <OneAnswer project={project} environment={environment.key} answer={only} trace={only.trace} />
      )}
    </Section>
  );
}

/** The question of the address, which changes with it in both directions. */
function useQuestion(): [Question, (question: Question) => void] {
  const hash = useLocation({ select: (location) => location.hash });
  const navigate = useNavigate({ from: "/projects/$project/test" });
  const [question, setQuestion] = useState(() => readQuestion(hash));
  const written = useDebounced(writeQuestion(question), ASK_AFTER_MS);
  const [known, setKnown] = useState(hash);
  if (hash !== known) {
    setKnown(hash);
    // A link that was pasted, or the way back: not what was just written from here.
    if (hash !== written) setQuestion(readQuestion(hash));
  }
  useEffect(() => {
    void navigate({ search: true, hash: written, replace: true, resetScroll: false });
  }, [written, navigate]);
  return [question, setQuestion];
}
