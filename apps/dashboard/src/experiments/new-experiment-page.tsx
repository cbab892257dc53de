/** A new experiment: what is compared, by what, and how long it will take to know. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useMemo, useState } from "react";
import { liveShares, sayCondition, variantsOf } from "@dimmer/evaluation";
import { EXPERIMENT_LIMITS, type ExperimentMetric, type ExperimentRequest, type FlagView } from "@dimmer/protocol";
import { management } from "../api/client.ts";
import { messageOf } from "../api/messages.ts";
import { flagQuery, summariesQuery } from "../flags/flag-queries.ts";
import { judgesQuery } from "../judges/judge-queries.ts";
import { metricDefinitionsQuery } from "../metric-definitions/metric-definition-queries.ts";
import { useMay } from "../session/session.ts";
import { useEnvironmentPlace } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { CheckField, CompactSelect, SelectField, TextArea, TextField } from "../ui/field.tsx";
import { Empty, Page, Problem, Section, Waiting } from "../ui/page.tsx";
import { StopSlider } from "../ui/stop-slider.tsx";
import { say } from "../ui/toast.tsx";
import { ExperimentOutlookPanel } from "./experiment-outlook.tsx";
import { BUILT_IN_METRICS, metricWords } from "./say-experiment.ts";

const EFFECT_STOPS = [0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5];
const DAY_STOPS = [7, 14, 21, 28, 35, 42, 49, 56];
const TOLERANCE = 0.02;

export function NewExperimentPage() {
  const { project, environment } = useEnvironmentPlace();
  const { flag: key } = useSearch({ from: "/inside/projects/$project/experiments/new" });
  const navigate = useNavigate({ from: "/projects/$project/experiments/new" });
  const flags = useQuery(summariesQuery(project.key, environment.key));
  const flag = useQuery({ ...flagQuery(project.key, key ?? ""), enabled: key !== undefined });
  const offered = (flags.data ?? []).filter(({ archived, state }) => !archived && state !== "absent");
  return (
    <Page title="A new experiment" lead={`In ${environment.name}. It is a draft until you start it.`}>
      {flags.isError && <Problem error={flags.error} onRetry={() => void flags.refetch()} />}
      {flags.data !== undefined && offered.length === 0 && (
        <Empty title="No flag to compare">Make a flag with two variants, and set it up in {environment.name} first.</Empty>
      )}
      {offered.length > 0 && (
        <div className="flex flex-wrap items-center gap-3">
          <span className="text-quiet">Compare variants of</span>
          <CompactSelect
            label="Flag"
            value={key ?? ""}
            onChange={({ target }) => void navigate({ search: target.value === "" ? {} : { flag: target.value } })}
            choices={[{ value: "", label: "choose a flag" }, ...offered.map((one) => ({ value: one.key, label: one.key }))]}
          />
        </div>
      )}
      {key !== undefined && flag.isPending && <Waiting rows={6} />}
      {key !== undefined && flag.isError && <Problem error={flag.error} onRetry={() => void flag.refetch()} />}
      {flag.data !== undefined && <Form key={flag.data.key} flag={flag.data} />}
    </Page>
  );
}

interface Draft {
  readonly name: string;
  readonly hypothesis: string;
  readonly rule: string;
  readonly variants: readonly string[];
  readonly baseline: string;
  readonly primary: ExperimentMetric;
  readonly guardrails: readonly ExperimentMetric[];
  readonly secondary: readonly ExperimentMetric[];
  readonly effect: number;
  readonly maxDays: number;
  readonly isBandit: boolean;
}

function Form({ flag }: { readonly flag: FlagView }) {
  const { project, environment } = useEnvironmentPlace();
  const config = flag.environments[environment.key]?.config;
  const all = Object.keys(variantsOf(flag.definition));
  const [draft, setDraft] = useState<Draft>(() => firstDraft(flag, environment.key, all));
  const set = (edit: Partial<Draft>) => setDraft({ ...draft, ...edit });
  const metrics = useMetrics(flag.key);
  const request = useMemo(() => requestOf(flag.key, environment.key, draft), [flag.key, environment.key, draft]);
  const mayMake = useMay("experiment.edit", project.key, environment.key);
  const make = useMake(project.key);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate(request);
  };
  const places = [
    ...(config?.rules ?? []).map(({ id, name, when }) => ({
      value: id,
      label: name ?? (when === undefined ? "everyone" : `whom ${sayCondition(when)}`),
    })),
    { value: "default", label: (config?.rules ?? []).length === 0 ? "everyone" : "everyone else" },
  ];
  return (
    <form onSubmit={submit} className="flex flex-col gap-8">
      <Section title="What you expect">
        <div className="grid gap-x-10 gap-y-3 md:grid-cols-2">
          <TextField
            label="Name"
            required
            maxLength={EXPERIMENT_LIMITS.nameChars}
            value={draft.name}
            onChange={({ target }) => set({ name: target.value })}
            placeholder="Sonnet for summaries"
          />
          <SelectField
            label="For whom"
            value={draft.rule}
            onChange={({ target }) => set({ rule: target.value })}
            choices={places}
          />
          <div className="md:col-span-2">
            <TextArea
              label="Hypothesis"
              required
              maxLength={EXPERIMENT_LIMITS.hypothesisChars}
              value={draft.hypothesis}
              onChange={({ target }) => set({ hypothesis: target.value })}
              hint="In words, before you know: what changes, by how much, and why."
              placeholder="Sonnet’s summaries are accepted as often, at 40 % less."
            />
          </div>
        </div>
      </Section>
      <Section title="What is compared">
        <fieldset className="flex flex-wrap gap-x-6 gap-y-2">
          <legend className="mb-1 text-small font-semibold">Variants, in equal parts</legend>
          {all.map((name) => (
            <label key={name} className="flex min-w-0 items-center gap-2">
              <input
                type="checkbox"
                checked={draft.variants.includes(name)}
                onChange={() => set(withVariant(draft, name, all))}
                className="size-4 accent-[var(--light)]"
              />
              <span className="truncate">{name}</span>
            </label>
          ))}
        </fieldset>
        <div className="grid gap-x-10 gap-y-3 md:grid-cols-2">
          <SelectField
            label="Baseline"
            hint="What the others are compared with."
            value={draft.baseline}
            onChange={({ target }) => set({ baseline: target.value })}
            choices={draft.variants.map((name) => ({ value: name, label: name }))}
          />
          <SelectField
            label="What decides"
            hint="One measure only; all others are beside it."
            value={draft.primary}
            onChange={({ target }) => {
              const primary = metrics.find((one) => one === target.value) ?? draft.primary;
              set({ primary, ...withoutMetric(draft, primary) });
            }}
            choices={metrics.map((metric) => ({ value: metric, label: metricWords(metric).title }))}
          />
        </div>
        <MetricChoice
          label="Must not get worse, by two points or parts of a hundred at most"
          metrics={metrics.filter((metric) => metric !== draft.primary && !draft.secondary.includes(metric))}
          chosen={draft.guardrails}
          onChange={(guardrails) => set({ guardrails })}
        />
        <MetricChoice
          label="Also looked at"
          metrics={metrics.filter((metric) => metric !== draft.primary && !draft.guardrails.includes(metric))}
          chosen={draft.secondary}
          onChange={(secondary) => set({ secondary })}
        />
      </Section>
      <Section title="How long it takes to know">
        <div className="grid gap-x-10 gap-y-3 md:grid-cols-2">
          <StopSlider
            label="Smallest difference worth finding"
            said={`${Number((draft.effect * 100).toPrecision(3))} %`}
            hint="Half of it takes four times the people."
            count={EFFECT_STOPS.length}
            at={EFFECT_STOPS.indexOf(draft.effect)}
            onChange={(at) => set({ effect: EFFECT_STOPS[at] ?? draft.effect })}
          />
          <StopSlider
            label="Ends after"
            said={`${draft.maxDays} days`}
            hint="At the latest, whether it was found or not."
            count={DAY_STOPS.length}
            at={DAY_STOPS.indexOf(draft.maxDays)}
            onChange={(at) => set({ maxDays: DAY_STOPS[at] ?? draft.maxDays })}
          />
        </div>
        <CheckField
          label="Let shares follow what does best"
          hint="A bandit: fewer people get what does worse, and there is no test at the end."
          checked={draft.isBandit}
          onChange={({ target }) => set({ isBandit: target.checked })}
        />
        <ExperimentOutlookPanel project={project.key} request={request} isAsked={mayMake} />
      </Section>
      <div className="flex flex-wrap items-center gap-3 border-t border-line pt-4">
        <Button
          look="primary"
          type="submit"
          isBusy={make.isPending}
          disabled={!mayMake || draft.variants.length < 2}
          title={mayMake ? undefined : "Your role does not let you make experiments here."}
        >
          Keep as a draft
        </Button>
        <span className="text-small text-quiet">Nobody is moved until it starts.</span>
      </div>
    </form>
  );
}

interface MetricChoiceProps {
  readonly label: string;
  readonly metrics: readonly ExperimentMetric[];
  readonly chosen: readonly ExperimentMetric[];
  readonly onChange: (chosen: readonly ExperimentMetric[]) => void;
}

function MetricChoice({ label, metrics, chosen, onChange }: MetricChoiceProps) {
  return (
    <fieldset className="flex flex-wrap gap-2">
      <legend className="mb-1 text-small font-semibold">{label}</legend>
      {metrics.map((metric) => {
        const isChosen = chosen.includes(metric);
        return (
          <button
            key={metric}
            type="button"
            aria-pressed={isChosen}
            onClick={() => onChange(isChosen ? chosen.filter((one) => one !== metric) : [...chosen, metric])}
            className="h-8 rounded-full border border-line px-3 text-small text-quiet transition-colors duration-150 hover:border-line-strong aria-pressed:border-ink aria-pressed:bg-raised aria-pressed:text-ink"
          >
            {metricWords(metric).title}
          </button>
        );
      })}
    </fieldset>
  );
}

function firstDraft(flag: FlagView, environment: string, all: readonly string[]): Draft {
  const serve = flag.environments[environment]?.config.default;
  const shared = serve === undefined ? [] : [...liveShares(serve).keys()].filter((name) => all.includes(name));
  const variants = shared.length >= 2 ? shared : [...new Set([...shared, ...all])].slice(0, 2);
  return {
    name: "",
    hypothesis: "",
    rule: "default",
    variants,
    baseline: variants[0] ?? "",
    primary: "acceptance_rate",
    guardrails: ["error_rate", "cost"],
    secondary: ["duration_p95"],
    effect: 0.1,
    maxDays: 28,
    isBandit: false,
  };
}

/** Shape: the baseline is always one of them. */
function withVariant(draft: Draft, name: string, all: readonly string[]): Partial<Draft> {
  const isIn = draft.variants.includes(name);
  const variants = all.filter((one) => (one === name ? !isIn : draft.variants.includes(one)));
  return { variants, baseline: variants.includes(draft.baseline) ? draft.baseline : (variants[0] ?? "") };
}

const withoutMetric = ({ guardrails, secondary }: Draft, metric: ExperimentMetric): Partial<Draft> => ({
  guardrails: guardrails.filter((one) => one !== metric),
  secondary: secondary.filter((one) => one !== metric),
});

function requestOf(flag: string, environment: string, draft: Draft): ExperimentRequest {
  const { name, hypothesis, rule, variants, baseline, primary, guardrails, secondary, effect, maxDays, isBandit } = draft;
  return {
    name: name.trim() === "" ? "Draft" : name,
    hypothesis: hypothesis.trim() === "" ? "None yet." : hypothesis,
    flag,
    environment,
    rule,
    arms: equalShares(variants),
    baseline,
    primary,
    guardrails: guardrails.map((metric) => ({ metric, tolerance: TOLERANCE })),
    secondary: [...secondary],
    plan: { effect, maxDays },
    ...(isBandit ? { bandit: {} } : {}),
  };
}

/** To a thousandth of a percent, 100 in all. */
function equalShares(variants: readonly string[]): Record<string, number> {
  const each = Math.floor(100_000 / Math.max(1, variants.length));
  const rest = 100_000 - each * variants.length;
  return Object.fromEntries(variants.map((variant, at) => [variant, (each + (at === 0 ? rest : 0)) / 1_000]));
}

function useMetrics(flag: string): readonly ExperimentMetric[] {
  const { project, environment } = useEnvironmentPlace();
  const definitions = useQuery(metricDefinitionsQuery(project.key));
  const judges = useQuery(judgesQuery(project.key, environment.key));
  return [
    ...BUILT_IN_METRICS,
    ...(definitions.data ?? []).map(({ name }) => `metric:${name}` as const),
    ...new Set((judges.data ?? []).filter((judge) => judge.flag === flag).map(({ score }) => `score:${score}` as const)),
  ];
}

function useMake(project: string) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (request: ExperimentRequest) => management.createExperiment(project, request),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ["project", project] });
      await navigate({ to: "/projects/$project/experiments/$experiment", params: { project, experiment: id } });
    },
    onError: (error) => say({ ...messageOf(error), isProblem: true }),
  });
}
