/** Whom a flag decides how in one environment: rules as sentences in the order in which they are tried, and all that stands around them. */

import { Plus } from "lucide-react";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import type { Rule } from "@dimmer/evaluation";
import { Button } from "../ui/button.tsx";
import { Section } from "../ui/page.tsx";
import { DefaultEditor } from "./default-editor.tsx";
import { FallbackSection } from "./fallback-section.tsx";
import { type FlagBlock, useFlagPlace, useObstacle } from "./flag-place.ts";
import { NotSetUp } from "./not-set-up.tsx";
import { PinSection } from "./pin-section.tsx";
import { RequiresSection } from "./requires-section.tsx";
import { RuleEditor } from "./rule-editor.tsx";
import { DefaultRow, RuleRow } from "./rule-row.tsx";
import { TargetsSection } from "./targets-section.tsx";
import { useChange } from "./use-change.ts";

const route = getRouteApi("/inside/projects/$project/flags/$flag/rules");

/** In the address: the rule that is to come, and the last one, which has no id of its own. */
const NEW = "+";
const DEFAULT = "default";

export function RulesTab() {
  const { block, flag } = useFlagPlace();
  if (block === undefined) return <NotSetUp />;
  if (flag.archived) return <p className="text-quiet">Archived flags decide nothing. Unarchive it to edit its rules.</p>;
  return (
    <>
      <RuleList block={block} />
      <TargetsSection block={block} />
      <FallbackSection block={block} />
      <RequiresSection block={block} />
      <PinSection block={block} />
    </>
  );
}

function RuleList({ block }: { readonly block: FlagBlock }) {
  const { project, environment, flag } = useFlagPlace();
  const { edit } = route.useSearch();
  const navigate = route.useNavigate();
  const change = useChange(project.key);
  const obstacle = useObstacle("rule.edit");
  const [dragged, setDragged] = useState<string>();
  const { rules = [] } = block.config;
  const here = { flag: flag.key, environment: environment.key };
  const open = (rule: string | undefined) =>
    void navigate({ search: rule === undefined ? {} : { edit: rule }, replace: true, resetScroll: false });
  const move = (rule: Rule, to: number) =>
    change.mutate({
      operations: [{ kind: "move-rule", ...here, rule: rule.id, to }],
      done: `${nameOf(rule)} is rule ${to + 1} now`,
    });
  const remove = (rule: Rule) =>
    change.mutate({ operations: [{ kind: "remove-rule", ...here, rule: rule.id }], done: `${nameOf(rule)} is gone` });
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
        {rules.map((rule, at) => (
          <RuleRow
            key={rule.id}
            rule={rule}
            place={at}
            count={rules.length}
            obstacle={obstacle}
            isBusy={change.isPending}
            isOpen={edit === rule.id}
            isDragged={dragged === rule.id}
            onToggle={() => open(edit === rule.id ? undefined : rule.id)}
            onMove={(to) => move(rule, to)}
            onRemove={() => remove(rule)}
            onDrag={setDragged}
            onDropHere={() => {
              const moved = rules.find(({ id }) => id === dragged);
              setDragged(undefined);
              if (moved !== undefined && moved.id !== rule.id) move(moved, at);
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
    </Section>
  );
}

const nameOf = ({ id, name }: Rule): string => name ?? `Rule ${id}`;
