/** Flags that apps ask for and that are not there: a typing error, or code that waits for its flag. */

import { useQuery } from "@tanstack/react-query";
import { nearestWord } from "@dimmer/evaluation";
import type { EnvironmentView } from "@dimmer/protocol";
import { summariesQuery } from "../flags/flag-queries.ts";
import { Problem, Section } from "../ui/page.tsx";
import { Time } from "../ui/time.tsx";
import { unknownFlagsQuery } from "./environment-queries.ts";

const SHOWN = 50;

export interface UnknownFlagsProps {
  readonly project: string;
  readonly environment: EnvironmentView;
}

export function UnknownFlags({ project, environment }: UnknownFlagsProps) {
  const unknown = useQuery(unknownFlagsQuery(project, environment.key));
  const { data: flags = [] } = useQuery(summariesQuery(project, environment.key));
  const keys = flags.map(({ key }) => key);
  const items = unknown.data ?? [];
  return (
    <Section title="Asked for and not there" about="This week. Whoever asks gets the default in the code.">
      {unknown.isError && <Problem error={unknown.error} onRetry={() => void unknown.refetch()} />}
      {unknown.isSuccess && items.length === 0 && <p className="text-quiet">Every flag that was asked for is there.</p>}
      {items.length > 0 && (
        <ul className="-mt-4">
          {items.slice(0, SHOWN).map(({ flag, count, lastAt }) => (
            <li key={flag} className="flex flex-wrap items-baseline justify-between gap-x-4 border-b border-line py-2.5">
              <span className="min-w-0">
                <code className="font-mono text-small break-all">{flag}</code>
                <Suggestion asked={flag} keys={keys} />
              </span>
              <span className="figures text-small text-quiet">
                {count === 1 ? "once" : `${count.toLocaleString("en")} times`}, last <Time at={lastAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {items.length > SHOWN && <p className="text-small text-quiet">And {items.length - SHOWN} more.</p>}
    </Section>
  );
}

function Suggestion({ asked, keys }: { readonly asked: string; readonly keys: readonly string[] }) {
  const nearest = nearestWord(asked, keys);
  return nearest === undefined ? null : <span className="text-small text-quiet">, did they mean {nearest}?</span>;
}
