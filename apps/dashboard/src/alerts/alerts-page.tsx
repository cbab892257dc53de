/** The inbox: what somebody should look at, the most pressing first, with what to do about each. */

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { AlertQuery, AlertView } from "@dimmer/protocol";
import { usePlace } from "../shell/projects-query.ts";
import { CompactSelect } from "../ui/field.tsx";
import { Empty, Page, Problem, Waiting } from "../ui/page.tsx";
import { RadioGroup } from "../ui/radio-group.tsx";
import { ALERT_FILTERS, type AlertFilter, readAlertFilter, USUAL_FILTER } from "./alert-filters.ts";
import { AlertRow } from "./alert-row.tsx";
import { ALERTS_SHOWN, alertCountsQuery, alertQuery, alertsQuery } from "./alert-queries.ts";
import { SEVERITY_WORDS, STATE_WORDS, sayCounts, wanting } from "./say-alert.ts";

const FILTER_WORDS: Readonly<Record<AlertFilter, string>> = { ...STATE_WORDS, all: "All" };
const URGENCY = ["page", "warn", "note"] as const;

export function AlertsPage() {
  const { project } = usePlace();
  const { state = USUAL_FILTER, flag, alert } = useSearch({ from: "/inside/projects/$project/alerts" });
  const navigate = useNavigate({ from: "/projects/$project/alerts" });
  const query: AlertQuery = { ...(state === "all" ? {} : { state }), ...(flag === undefined ? {} : { flag }) };
  const alerts = useQuery(alertsQuery(project.key, query));
  const counts = useQuery(alertCountsQuery(project.key));
  const all = alerts.data ?? [];
  const isListed = all.some(({ id }) => id === alert);
  // A link of a message leads to one that may be in another list by now.
  const linked = useQuery({
    ...alertQuery(project.key, alert ?? ""),
    enabled: alert !== undefined && alerts.isSuccess && !isListed,
  });
  const shown = isListed || linked.data === undefined ? all : [linked.data, ...all];
  const open = (id: string | undefined) =>
    void navigate({
      search: ({ alert: _alert, ...kept }) => ({ ...kept, ...(id === undefined ? {} : { alert: id }) }),
      replace: true,
    });
  return (
    <Page
      title="Alerts"
      lead={
        counts.data === undefined
          ? "What somebody should look at."
          : wanting(counts.data) === 0
            ? "Nothing wants you today."
            : `${sayCounts(counts.data)}.`
      }
      acts={
        <>
          <RadioGroup
            label="State"
            chosen={state}
            onChoose={(value) =>
              void navigate({
                search: ({ alert: _alert, ...kept }) => ({ ...kept, state: readAlertFilter(value) }),
              })
            }
            choices={ALERT_FILTERS.map((value) => ({ value, label: FILTER_WORDS[value] }))}
          />
          <FlagChoice alerts={all} flag={flag} />
        </>
      }
    >
      {alerts.isError && <Problem error={alerts.error} onRetry={() => void alerts.refetch()} />}
      {alerts.isPending && <Waiting />}
      {alerts.data !== undefined && shown.length === 0 && <NoAlert isOpen={state === USUAL_FILTER && flag === undefined} />}
      {URGENCY.map((severity) => {
        const some = shown.filter((one) => one.severity === severity);
        return some.length === 0 ? null : (
          <section key={severity} aria-label={SEVERITY_WORDS[severity]} className="flex flex-col gap-2">
            <h2 className={`text-small font-semibold ${severity === "page" ? "text-danger" : "text-quiet"}`}>
              {SEVERITY_WORDS[severity]}
            </h2>
            <ul className="border-t border-line">
              {some.map((one) => (
                <AlertRow
                  key={one.id}
                  project={project.key}
                  alert={one}
                  isOpen={one.id === alert}
                  onOpen={() => open(one.id === alert ? undefined : one.id)}
                />
              ))}
            </ul>
          </section>
        );
      })}
      {all.length === ALERTS_SHOWN && (
        <p className="text-small text-quiet">The newest {ALERTS_SHOWN} are shown; `dimmer alerts list` has the others.</p>
      )}
    </Page>
  );
}

/** Only where there is something to choose. */
function FlagChoice({ alerts, flag }: { readonly alerts: readonly AlertView[]; readonly flag: string | undefined }) {
  const navigate = useNavigate({ from: "/projects/$project/alerts" });
  const flags = [...new Set([...alerts.flatMap((one) => one.flag ?? []), ...(flag === undefined ? [] : [flag])])].sort();
  if (flags.length < 2 && flag === undefined) return null;
  return (
    <CompactSelect
      label="Flag"
      className="w-44"
      value={flag ?? ""}
      onChange={({ target }) =>
        void navigate({
          search: ({ flag: _flag, ...kept }) => ({ ...kept, ...(target.value === "" ? {} : { flag: target.value }) }),
        })
      }
      choices={[{ value: "", label: "All flags" }, ...flags.map((name) => ({ value: name, label: name }))]}
    />
  );
}

function NoAlert({ isOpen }: { readonly isOpen: boolean }) {
  return (
    <Empty title={isOpen ? "All quiet" : "None like that"}>
      {isOpen
        ? "When a rollout goes back, a variant drifts, a premium model reaches somebody it should not, money runs out or figures stop coming, it stands here: what is seen, what most likely causes it, and what to do. Webhooks can carry it to Slack."
        : "Take a filter away."}
    </Empty>
  );
}
