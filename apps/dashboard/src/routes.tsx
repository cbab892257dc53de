/** Every page and its address. A page of a noun lies in that noun's folder and is loaded when it is first opened. */

import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  retainSearchParams,
} from "@tanstack/react-router";
import type { ChangeRequestState } from "@dimmer/protocol";
import { type AlertFilter, readAlertFilter } from "./alerts/alert-filters.ts";
import { flagQuery } from "./flags/flag-queries.ts";
import { Inside } from "./session/inside.tsx";
import { type Percentile, readHours, readPercentile } from "./metrics/ranges.ts";
import { SetUpPage } from "./session/set-up-page.tsx";
import { sessionQuery } from "./session/session.ts";
import { SignInPage } from "./session/sign-in-page.tsx";
import { projectsQuery } from "./shell/projects-query.ts";
import { NotFoundPage, RouteError } from "./shell/route-problems.tsx";
import { PlainShell } from "./shell/plain-shell.tsx";
import { Shell } from "./shell/shell.tsx";

const root = createRootRouteWithContext<{ readonly queries: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  errorComponent: RouteError,
});

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** Those of the named parameters that say something. */
const textsOf = (search: Record<string, unknown>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = text(search[name]);
      return value === undefined ? [] : [[name, value]];
    }),
  );

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  /** Only a path of our own. */
  validateSearch: ({ next, problem }: Record<string, unknown>): { next?: string; problem?: string } => {
    const [path, why] = [text(next), text(problem)];
    return {
      ...(path === undefined || !/^\/(?![/\\])/u.test(path) ? {} : { next: path }),
      ...(why === undefined ? {} : { problem: why }),
    };
  },
  component: SignInPage,
});

const setUp = createRoute({ getParentRoute: () => root, path: "/setup", component: SetUpPage });
const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  component: lazyRouteComponent(() => import("./session/invitation-page.tsx"), "InvitationPage"),
});
const passwordReset = createRoute({
  getParentRoute: () => root,
  path: "/password-reset",
  component: lazyRouteComponent(() => import("./session/password-reset-page.tsx"), "PasswordResetPage"),
});

/** Everything that one has to be signed in for. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  async beforeLoad({ context, location }) {
    const { state } = await context.queries.ensureQueryData(sessionQuery);
    if (state === "setup-needed") throw redirect({ to: "/setup" });
    if (state === "signed-out") throw redirect({ to: "/sign-in", search: { next: location.href } });
  },
  component: Inside,
});

/** Leads to the flags of the first project, which most have as their only one. */
const home = createRoute({
  getParentRoute: () => inside,
  path: "/",
  async beforeLoad({ context }) {
    const [project] = await context.queries.ensureQueryData(projectsQuery);
    if (project !== undefined) throw redirect({ to: "/projects/$project/flags", params: { project: project.key } });
  },
  component: lazyRouteComponent(() => import("./shell/no-project-page.tsx"), "NoProjectPage"),
});

const device = createRoute({
  getParentRoute: () => inside,
  path: "/device",
  validateSearch: (search: Record<string, unknown>): { code?: string } => textsOf(search, ["code"]),
  component: lazyRouteComponent(() => import("./session/device-page.tsx"), "DevicePage"),
});

/** Pages that belong to no project. */
const apart = createRoute({ getParentRoute: () => inside, id: "apart", component: PlainShell });
const account = createRoute({
  getParentRoute: () => apart,
  path: "/account",
  component: lazyRouteComponent(() => import("./account/account-page.tsx"), "AccountPage"),
});
const people = createRoute({
  getParentRoute: () => apart,
  path: "/people",
  component: lazyRouteComponent(() => import("./people/people-page.tsx"), "PeoplePage"),
});
const roles = createRoute({
  getParentRoute: () => apart,
  path: "/people/roles",
  validateSearch: (search: Record<string, unknown>): { edit?: string } => textsOf(search, ["edit"]),
  component: lazyRouteComponent(() => import("./people/roles-page.tsx"), "RolesPage"),
});

const project = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$project",
  validateSearch: (search: Record<string, unknown>): { env?: string } => textsOf(search, ["env"]),
  search: { middlewares: [retainSearchParams(["env"])] },
  component: Shell,
});

export interface FlagFilter {
  readonly q?: string;
  readonly purpose?: string;
  readonly owner?: string;
  readonly tag?: string;
  readonly state?: string;
}

const flags = createRoute({
  getParentRoute: () => project,
  path: "/flags",
  validateSearch: (search: Record<string, unknown>): FlagFilter => textsOf(search, ["q", "purpose", "owner", "tag", "state"]),
  component: lazyRouteComponent(() => import("./flags/flags-page.tsx"), "FlagsPage"),
});

const flag = createRoute({
  getParentRoute: () => project,
  path: "/flags/$flag",
  loader: ({ context, params }) => context.queries.prefetchQuery(flagQuery(params.project, params.flag)),
  component: lazyRouteComponent(() => import("./flags/flag-page.tsx"), "FlagPage"),
});

export interface ConnectSearch {
  readonly flag?: string;
  readonly lang?: string;
}

const connect = createRoute({
  getParentRoute: () => project,
  path: "/connect",
  validateSearch: (search: Record<string, unknown>): ConnectSearch => textsOf(search, ["flag", "lang"]),
  component: lazyRouteComponent(() => import("./connect/connect-page.tsx"), "ConnectPage"),
});

const test = createRoute({
  getParentRoute: () => project,
  path: "/test",
  component: lazyRouteComponent(() => import("./evaluations/test-page.tsx"), "TestPage"),
});

export interface PricesSearch {
  /** Whose price is to be given; an empty model for one that nobody named yet. */
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
}

const prices = createRoute({
  getParentRoute: () => project,
  path: "/prices",
  validateSearch: ({ provider, model }: Record<string, unknown>): PricesSearch => ({
    ...textsOf({ provider }, ["provider"]),
    ...(typeof model === "string" ? { model } : {}),
  }),
  component: lazyRouteComponent(() => import("./prices/prices-page.tsx"), "PricesPage"),
});

const metricDefinitions = createRoute({
  getParentRoute: () => project,
  path: "/metrics",
  component: lazyRouteComponent(() => import("./metric-definitions/metrics-page.tsx"), "MetricsPage"),
});

const snippets = createRoute({
  getParentRoute: () => project,
  path: "/snippets",
  component: lazyRouteComponent(() => import("./snippets/snippets-page.tsx"), "SnippetsPage"),
});

const snippet = createRoute({
  getParentRoute: () => project,
  path: "/snippets/$snippet",
  component: lazyRouteComponent(() => import("./snippets/snippet-page.tsx"), "SnippetPage"),
});

const segments = createRoute({
  getParentRoute: () => project,
  path: "/segments",
  component: lazyRouteComponent(() => import("./segments/segments-page.tsx"), "SegmentsPage"),
});

const segment = createRoute({
  getParentRoute: () => project,
  path: "/segments/$segment",
  validateSearch: ({ edit }: Record<string, unknown>): { edit?: boolean | undefined } => (edit === true ? { edit } : {}),
  component: lazyRouteComponent(() => import("./segments/segment-page.tsx"), "SegmentPage"),
});

const environments = createRoute({
  getParentRoute: () => project,
  path: "/environments",
  component: lazyRouteComponent(() => import("./environments/environments-page.tsx"), "EnvironmentsPage"),
});

const playground = createRoute({
  getParentRoute: () => project,
  path: "/playground",
  /** `variants` as `chosen-variants.ts` writes them. */
  validateSearch: (search: Record<string, unknown>): { readonly flag?: string; readonly variants?: string } =>
    textsOf(search, ["flag", "variants"]),
  component: lazyRouteComponent(() => import("./playground/playground-page.tsx"), "PlaygroundPage"),
});

export interface ActivityFilter {
  readonly flag?: string | undefined;
  /** An environment; the changes of all without. */
  readonly where?: string | undefined;
  /** The id of a person or key. */
  readonly who?: string | undefined;
}

const activity = createRoute({
  getParentRoute: () => project,
  path: "/activity",
  validateSearch: (search: Record<string, unknown>): ActivityFilter => textsOf(search, ["flag", "where", "who"]),
  component: lazyRouteComponent(() => import("./activity/activity-page.tsx"), "ActivityPage"),
});

export interface AuditFilter {
  readonly q?: string | undefined;
  readonly action?: string | undefined;
  readonly who?: string | undefined;
}

const audit = createRoute({
  getParentRoute: () => project,
  path: "/audit",
  validateSearch: (search: Record<string, unknown>): AuditFilter => textsOf(search, ["q", "action", "who"]),
  component: lazyRouteComponent(() => import("./audit/audit-page.tsx"), "AuditPage"),
});

const context = createRoute({
  getParentRoute: () => project,
  path: "/context",
  component: lazyRouteComponent(() => import("./contexts/context-page.tsx"), "ContextPage"),
});

const webhooks = createRoute({
  getParentRoute: () => project,
  path: "/webhooks",
  component: lazyRouteComponent(() => import("./webhooks/webhooks-page.tsx"), "WebhooksPage"),
});

const settings = createRoute({
  getParentRoute: () => project,
  path: "/settings",
  component: lazyRouteComponent(() => import("./project/settings-page.tsx"), "SettingsPage"),
});

const flagNow = createRoute({
  getParentRoute: () => flag,
  path: "/",
  component: lazyRouteComponent(() => import("./flags/now-tab.tsx"), "NowTab"),
});

const flagHistory = createRoute({
  getParentRoute: () => flag,
  path: "/history",
  validateSearch: (search: Record<string, unknown>): { by?: string } => textsOf(search, ["by"]),
  component: lazyRouteComponent(() => import("./flags/history-tab.tsx"), "HistoryTab"),
});

const flagVariants = createRoute({
  getParentRoute: () => flag,
  path: "/variants",
  validateSearch: (search: Record<string, unknown>): { variant?: string } => textsOf(search, ["variant"]),
  component: lazyRouteComponent(() => import("./flags/variants-tab.tsx"), "VariantsTab"),
});

const flagRules = createRoute({
  getParentRoute: () => flag,
  path: "/rules",
  validateSearch: (search: Record<string, unknown>): { edit?: string } => textsOf(search, ["edit"]),
  component: lazyRouteComponent(() => import("./flags/rules-tab.tsx"), "RulesTab"),
});

const flagEnvironments = createRoute({
  getParentRoute: () => flag,
  path: "/environments",
  component: lazyRouteComponent(() => import("./flags/environments-tab.tsx"), "EnvironmentsTab"),
});

const flagLater = createRoute({
  getParentRoute: () => flag,
  path: "/later",
  component: lazyRouteComponent(() => import("./flags/later-tab.tsx"), "LaterTab"),
});

export interface MeasuredSearch {
  readonly hours?: number | undefined;
  readonly within?: Percentile | undefined;
}

const flagMeasured = createRoute({
  getParentRoute: () => flag,
  path: "/measured",
  validateSearch: ({ hours, within }: Record<string, unknown>): MeasuredSearch => {
    const [asked, percentile] = [readHours(hours), readPercentile(within)];
    return { ...(asked === undefined ? {} : { hours: asked }), ...(percentile === undefined ? {} : { within: percentile }) };
  },
  component: lazyRouteComponent(() => import("./metrics/measured-tab.tsx"), "MeasuredTab"),
});

const flagRollouts = createRoute({
  getParentRoute: () => flag,
  path: "/rollouts",
  component: lazyRouteComponent(() => import("./rollouts/rollouts-tab.tsx"), "RolloutsTab"),
});

const flagDrift = createRoute({
  getParentRoute: () => flag,
  path: "/drift",
  validateSearch: (search: Record<string, unknown>): { variant?: string } => textsOf(search, ["variant"]),
  component: lazyRouteComponent(() => import("./drift/drift-tab.tsx"), "DriftTab"),
});

const flagSettings = createRoute({
  getParentRoute: () => flag,
  path: "/settings",
  component: lazyRouteComponent(() => import("./flags/settings-tab.tsx"), "SettingsTab"),
});

const flagPages = [
  flagNow,
  flagVariants,
  flagRules,
  flagRollouts,
  flagMeasured,
  flagDrift,
  flagEnvironments,
  flagLater,
  flagHistory,
  flagSettings,
];

const models = createRoute({
  getParentRoute: () => project,
  path: "/models",
  validateSearch: (search: Record<string, unknown>): { open?: string } => textsOf(search, ["open"]),
  component: lazyRouteComponent(() => import("./models/models-page.tsx"), "ModelsPage"),
});

export interface RunsSearch {
  readonly run?: string | undefined;
  readonly flag?: string | undefined;
  readonly hours?: number | undefined;
}

const runs = createRoute({
  getParentRoute: () => project,
  path: "/runs",
  validateSearch: ({ hours, ...search }: Record<string, unknown>): RunsSearch => {
    const asked = readHours(hours);
    return { ...textsOf(search, ["run", "flag"]), ...(asked === undefined ? {} : { hours: asked }) };
  },
  component: lazyRouteComponent(() => import("./runs/runs-page.tsx"), "RunsPage"),
});

const REVIEW_STATES: readonly string[] = ["pending", "applied", "rejected", "withdrawn"];

const reviews = createRoute({
  getParentRoute: () => project,
  path: "/reviews",
  validateSearch: ({ state }: Record<string, unknown>): { state?: ChangeRequestState } =>
    typeof state === "string" && REVIEW_STATES.includes(state) ? { state: state as ChangeRequestState } : {},
  component: lazyRouteComponent(() => import("./reviews/reviews-page.tsx"), "ReviewsPage"),
});

const review = createRoute({
  getParentRoute: () => project,
  path: "/reviews/$review",
  component: lazyRouteComponent(() => import("./reviews/review-page.tsx"), "ReviewPage"),
});

const evals = createRoute({
  getParentRoute: () => project,
  path: "/evals",
  validateSearch: (search: Record<string, unknown>): { flag?: string; suite?: string; run?: string } =>
    textsOf(search, ["flag", "suite", "run"]),
  component: lazyRouteComponent(() => import("./evals/evals-page.tsx"), "EvalsPage"),
});

const evalReport = createRoute({
  getParentRoute: () => project,
  path: "/evals/$report",
  validateSearch: (search: Record<string, unknown>): { baseline?: string } => textsOf(search, ["baseline"]),
  component: lazyRouteComponent(() => import("./evals/eval-page.tsx"), "EvalPage"),
});

const rollouts = createRoute({
  getParentRoute: () => project,
  path: "/rollouts",
  component: lazyRouteComponent(() => import("./rollouts/rollouts-page.tsx"), "RolloutsPage"),
});

export interface NewRolloutSearch {
  readonly flag?: string | undefined;
  /** A rule's id; the default without. */
  readonly rule?: string | undefined;
  readonly variant?: string | undefined;
}

const newRollout = createRoute({
  getParentRoute: () => project,
  path: "/rollouts/new",
  validateSearch: (search: Record<string, unknown>): NewRolloutSearch => textsOf(search, ["flag", "rule", "variant"]),
  component: lazyRouteComponent(() => import("./rollouts/new-rollout-page.tsx"), "NewRolloutPage"),
});

const rollout = createRoute({
  getParentRoute: () => project,
  path: "/rollouts/$rollout",
  component: lazyRouteComponent(() => import("./rollouts/rollout-page.tsx"), "RolloutPage"),
});

export interface AlertsSearch {
  /** The open ones without. */
  readonly state?: AlertFilter | undefined;
  readonly flag?: string | undefined;
  /** The one that is looked at. */
  readonly alert?: string | undefined;
}

const alerts = createRoute({
  getParentRoute: () => project,
  path: "/alerts",
  validateSearch: ({ state, ...search }: Record<string, unknown>): AlertsSearch => ({
    ...textsOf(search, ["flag", "alert"]),
    state: readAlertFilter(state),
  }),
  component: lazyRouteComponent(() => import("./alerts/alerts-page.tsx"), "AlertsPage"),
});

const experiments = createRoute({
  getParentRoute: () => project,
  path: "/experiments",
  component: lazyRouteComponent(() => import("./experiments/experiments-page.tsx"), "ExperimentsPage"),
});

const newExperiment = createRoute({
  getParentRoute: () => project,
  path: "/experiments/new",
  validateSearch: (search: Record<string, unknown>): { flag?: string } => textsOf(search, ["flag"]),
  component: lazyRouteComponent(() => import("./experiments/new-experiment-page.tsx"), "NewExperimentPage"),
});

const experiment = createRoute({
  getParentRoute: () => project,
  path: "/experiments/$experiment",
  component: lazyRouteComponent(() => import("./experiments/experiment-page.tsx"), "ExperimentPage"),
});

const tree = root.addChildren([
  signIn,
  setUp,
  invitation,
  passwordReset,
  inside.addChildren([
    home,
    device,
    apart.addChildren([account, people, roles]),
    project.addChildren([
      flags,
      flag.addChildren(flagPages),
      models,
      prices,
      metricDefinitions,
      runs,
      playground,
      evals,
      evalReport,
      rollouts,
      newRollout,
      rollout,
      experiments,
      newExperiment,
      experiment,
      alerts,
      snippets,
      snippet,
      reviews,
      review,
      segments,
      segment,
      connect,
      test,
      environments,
      activity,
      audit,
      context,
      webhooks,
      settings,
    ]),
  ]),
]);

export const createAppRouter = (queries: QueryClient) =>
  createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: "intent",
    scrollRestoration: true,
    // A page that breaks leaves the frame around it, with the ways out.
    defaultErrorComponent: RouteError,
  });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
