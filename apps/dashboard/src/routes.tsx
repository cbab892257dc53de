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
import { flagQuery } from "./flags/flag-queries.ts";
import { SetUpPage } from "./session/set-up-page.tsx";
import { sessionQuery } from "./session/session.ts";
import { SignInPage } from "./session/sign-in-page.tsx";
import { projectsQuery } from "./shell/projects-query.ts";
import { NotFoundPage, RouteError } from "./shell/route-problems.tsx";
import { Shell } from "./shell/shell.tsx";

const root = createRootRouteWithContext<{ readonly queries: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  errorComponent: RouteError,
});

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  /** Only a path of our own. */
  validateSearch: ({ next }: Record<string, unknown>): { next?: string } => {
    const path = text(next);
    return path === undefined || !/^\/(?![/\\])/u.test(path) ? {} : { next: path };
  },
  component: SignInPage,
});

const setUp = createRoute({ getParentRoute: () => root, path: "/setup", component: SetUpPage });

/** Everything that one has to be signed in for. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  async beforeLoad({ context, location }) {
    const { state } = await context.queries.ensureQueryData(sessionQuery);
    if (state === "setup-needed") throw redirect({ to: "/setup" });
    if (state === "signed-out") throw redirect({ to: "/sign-in", search: { next: location.href } });
  },
  component: Outlet,
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

const project = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$project",
  validateSearch: ({ env }: Record<string, unknown>): { env?: string } => {
    const environment = text(env);
    return environment === undefined ? {} : { env: environment };
  },
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
  validateSearch: (search: Record<string, unknown>): FlagFilter =>
    Object.fromEntries(
      ["q", "purpose", "owner", "tag", "state"].flatMap((name) => {
        const value = text(search[name]);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  component: lazyRouteComponent(() => import("./flags/flags-page.tsx"), "FlagsPage"),
});

const flag = createRoute({
  getParentRoute: () => project,
  path: "/flags/$flag",
  loader: ({ context, params }) => context.queries.prefetchQuery(flagQuery(params.project, params.flag)),
  component: lazyRouteComponent(() => import("./flags/flag-page.tsx"), "FlagPage"),
});

const flagNow = createRoute({
  getParentRoute: () => flag,
  path: "/",
  component: lazyRouteComponent(() => import("./flags/now-tab.tsx"), "NowTab"),
});

const flagHistory = createRoute({
  getParentRoute: () => flag,
  path: "/history",
  validateSearch: ({ by }: Record<string, unknown>): { by?: string } => {
    const person = text(by);
    return person === undefined ? {} : { by: person };
  },
  component: lazyRouteComponent(() => import("./flags/history-tab.tsx"), "HistoryTab"),
});

const flagVariants = createRoute({
  getParentRoute: () => flag,
  path: "/variants",
  validateSearch: ({ variant }: Record<string, unknown>): { variant?: string } => {
    const open = text(variant);
    return open === undefined ? {} : { variant: open };
  },
  component: lazyRouteComponent(() => import("./flags/variants-tab.tsx"), "VariantsTab"),
});

const flagRules = createRoute({
  getParentRoute: () => flag,
  path: "/rules",
  validateSearch: ({ edit }: Record<string, unknown>): { edit?: string } => {
    const rule = text(edit);
    return rule === undefined ? {} : { edit: rule };
  },
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

const flagSettings = createRoute({
  getParentRoute: () => flag,
  path: "/settings",
  component: lazyRouteComponent(() => import("./flags/settings-tab.tsx"), "SettingsTab"),
});

const flagPages = [flagNow, flagVariants, flagRules, flagEnvironments, flagLater, flagHistory, flagSettings];

const models = createRoute({
  getParentRoute: () => project,
  path: "/models",
  validateSearch: ({ open }: Record<string, unknown>): { open?: string } => {
    const name = text(open);
    return name === undefined ? {} : { open: name };
  },
  component: lazyRouteComponent(() => import("./models/models-page.tsx"), "ModelsPage"),
});

const tree = root.addChildren([
  signIn,
  setUp,
  inside.addChildren([home, project.addChildren([flags, flag.addChildren(flagPages), models])]),
]);

export const createAppRouter = (queries: QueryClient) =>
  createRouter({ routeTree: tree, context: { queries }, defaultPreload: "intent", scrollRestoration: true });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
