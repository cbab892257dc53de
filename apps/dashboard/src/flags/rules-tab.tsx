/** Whom a flag decides how in one environment: rules as sentences in the order in which they are tried, and all that stands around them. */

import { Plus } from "lucide-react";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { Button } from "../ui/button.tsx";
import { Section } from "../ui/page.tsx";
import { BudgetSection } from "./budget-section.tsx";
import { DefaultEditor } from "./default-editor.tsx";
import { FallbackSection } from "./fallback-section.tsx";
import { type FlagBlock, useFlagPlace, useObstacle } from "./flag-place.ts";
import { NotSetUp } from "./not-set-up.tsx";
import { PinSection } from "./pin-section.tsx";
import { RequiresSection } from "./requires-section.tsx";
import { peopleQuery } from "./flag-queries.ts";
import { peopleAt } from "./people-at.ts";
import { RuleEditor } from "./rule-editor.tsx";
import { moved, orderEdits, type RuleOrder, sayOrder, sayWhoMoves, toggled } from "./rule-order.ts";
import { DefaultRow, RuleRow } from "./rule-row.tsx";
import { SaveBar } from "./save-bar.tsx";
import { TargetsSection } from "./targets-section.tsx";
import { ShadowSection } from "./shadow-section.tsx";
import { SpendSection } from "./spend-section.tsx";
import { type Draft, useDraft } from "./use-draft.ts";

const route = getRouteApi("/inside/projects/$project/flags/$flag/rules");

/** In the address: the rule that is to come, and the last one, which has no id of its own. */
const NEW = "+";
const DEFAULT = "default";

export function RulesTab() {
  const { block, environment, flag } = useFlagPlace();
  if (block === undefined) return <NotSetUp />;
  if (flag.archived) return <p className="text-quiet">Archived flags decide nothing. Unarchive it to edit its rules.</p>;
  return (
    <>
      <RuleList key={environment.key} block={block} />
      <TargetsSection block={block} />
      <FallbackSection block={block} />
      <RequiresSection block={block} />
      <PinSection block={block} />
      {flag.definition.type === "object" && (
        <>
          <BudgetSection block={block} />
          <SpendSection block={block} />
          <ShadowSection block={block} />
        </>
      )}
    </>
  );
}

function RuleList({ block }: { readonly block: FlagBlock }) {
  const { environment } = useFlagPlace();
  const { edit } = route.useSearch();
  const navigate = route.useNavigate();
  const obstacle = useObstacle("rule.edit");
  const [dragged, setDragged] = useState<string>();
  const { rules = [] } = block.config;
  const ids = rules.map(({ id }) => id);
  const draft = useDraft<RuleOrder>({ order: ids, removed: [] });
  const { order, removed } = draft.value;
  const shown = order.flatMap((id) => rules.filter((rule) => rule.id === id));
  const open = (rule: string | undefined) =>
    void navigate({ search: rule === undefined ? {} : { edit: rule }, replace: true, resetScroll: false });
  const move = (rule: string, to: number) => draft.set(moved(draft.value, rule, to));
  return (
    <Section
      title={`Rules in ${environment.name}`}
      about="Tried from the top; the first that holds decides."
      acts={
        <Button icon={<Plus size={16} />} disabled={obstacle !== undefined} title={obstacle} onClick={() => open(NEW)}>
          Add rule
        </Button>
      }
    >
      <ol className="flex flex-col">
        {shown.map((rule, at) => (
          <RuleRow
            key={rule.id}
            rule={rule}
            place={at}
            count={shown.length}
            obstacle={obstacle}
            isRemoved={removed.includes(rule.id)}
            isOpen={edit === rule.id}
            isDragged={dragged === rule.id}
            onToggle={() => open(edit === rule.id ? undefined : rule.id)}
            onMove={(to) => move(rule.id, to)}
            onRemove={() => draft.set(toggled(draft.value, rule.id))}
            onDrag={setDragged}
            onDropHere={() => {
              setDragged(undefined);
              if (dragged !== undefined && dragged !== rule.id && order.includes(dragged)) move(dragged, at);
            }}
          >
            <RuleEditor rule={rule} revision={block.revision} taken={[]} onClose={() => open(undefined)} />
          </RuleRow>
        ))}
        {edit === NEW && obstacle === undefined && (
          <li className="border-b border-line pt-3">
            <h3 className="font-semibold">A new rule, the last one before everyone else</h3>
            <RuleEditor
              rule={undefined}
              revision={block.revision}
              taken={rules.map(({ id }) => id)}
              onClose={() => open(undefined)}
            />
          </li>
        )}
        <DefaultRow
          serve={block.config.default}
          isOnly={rules.length === 0}
          obstacle={obstacle}
          isOpen={edit === DEFAULT}
          onToggle={() => open(edit === DEFAULT ? undefined : DEFAULT)}
        >
          <DefaultEditor block={block} onClose={() => open(undefined)} />
        </DefaultRow>
      </ol>
      {draft.isTouched && (
        // The list ends in a line already.
        <div className="-mt-4 [&>form]:border-t-0">
          <OrderBar block={block} draft={draft} />
        </div>
      )}
    </Section>
  );
}

/** What the new order means, before it counts. */
function OrderBar({ block, draft }: { readonly block: FlagBlock; readonly draft: Draft<RuleOrder> }) {
  const { project, environment, flag } = useFlagPlace();
  const people = useQuery(peopleQuery(project.key, environment.key));
  const { rules = [] } = block.config;
  const edits = orderEdits(
    rules.map(({ id }) => id),
    draft.value,
    { flag: flag.key, environment: environment.key },
  );
  const who = sayWhoMoves(rules, draft.value, (rule) => peopleAt(people.data, flag.key, rule));
  return (
    <SaveBar
      project={project.key}
      operations={edits}
      suggested={sayOrder(rules, edits)}
      expected={{ [`flags/${flag.key}/environments/${environment.key}`]: block.revision }}
      isStale={draft.isStale}
      about={who.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      onReset={draft.reset}
    />
  );
}
