/** The pages of a project, in the groups and the order of the side bar. To add one: a route in `routes.tsx` and a line here. */

import {
  Bell,
  Bot,
  Braces,
  ChartNoAxesColumn,
  CircleDollarSign,
  ClipboardCheck,
  Flag,
  FlaskConical,
  GitPullRequest,
  History,
  Layers,
  Plug,
  Route,
  ScrollText,
  Settings,
  SquarePlay,
  SquareSplitHorizontal,
  TextQuote,
  TrendingUp,
  Users,
  Webhook,
} from "lucide-react";
import type { ComponentType } from "react";

type PageName =
  | "flags"
  | "models"
  | "prices"
  | "metrics"
  | "runs"
  | "playground"
  | "evals"
  | "snippets"
  | "reviews"
  | "rollouts"
  | "experiments"
  | "alerts"
  | "segments"
  | "context"
  | "test"
  | "activity"
  | "connect"
  | "environments"
  | "webhooks"
  | "audit"
  | "settings";

export interface ProjectPage {
  readonly label: string;
  readonly to: `/projects/$project/${PageName}`;
  readonly icon: ComponentType<{ size?: number; "aria-hidden"?: boolean }>;
  /** What one needs to see it; everybody who sees the project otherwise. */
  readonly right?: string;
  /** It is of the project alone, and makes sense before there is any environment. */
  readonly isOfProject?: true;
}

export interface PageGroup {
  readonly label: string;
  readonly pages: readonly ProjectPage[];
}

/** What is made, how it reaches people, what became of it, and what all of that rests on. */
export const PAGE_GROUPS: readonly PageGroup[] = [
  {
    label: "Build",
    pages: [
      { label: "Flags", to: "/projects/$project/flags", icon: Flag },
      { label: "Models", to: "/projects/$project/models", icon: Bot },
      { label: "Snippets", to: "/projects/$project/snippets", icon: TextQuote, isOfProject: true },
      { label: "Segments", to: "/projects/$project/segments", icon: Users },
      { label: "Playground", to: "/projects/$project/playground", icon: SquarePlay },
      { label: "Evals", to: "/projects/$project/evals", icon: ClipboardCheck, isOfProject: true },
      { label: "Test a context", to: "/projects/$project/test", icon: FlaskConical },
    ],
  },
  {
    label: "Release",
    pages: [
      { label: "Rollouts", to: "/projects/$project/rollouts", icon: TrendingUp, isOfProject: true },
      { label: "Experiments", to: "/projects/$project/experiments", icon: SquareSplitHorizontal, isOfProject: true },
      { label: "Reviews", to: "/projects/$project/reviews", icon: GitPullRequest, isOfProject: true },
    ],
  },
  {
    label: "Watch",
    pages: [
      { label: "Alerts", to: "/projects/$project/alerts", icon: Bell, isOfProject: true },
      { label: "Runs", to: "/projects/$project/runs", icon: Route },
      { label: "Activity", to: "/projects/$project/activity", icon: History },
      { label: "Metrics", to: "/projects/$project/metrics", icon: ChartNoAxesColumn, isOfProject: true },
      { label: "Prices", to: "/projects/$project/prices", icon: CircleDollarSign, isOfProject: true },
    ],
  },
  {
    label: "Set up",
    pages: [
      { label: "Connect", to: "/projects/$project/connect", icon: Plug },
      { label: "Context", to: "/projects/$project/context", icon: Braces },
      { label: "Environments", to: "/projects/$project/environments", icon: Layers, isOfProject: true },
      { label: "Webhooks", to: "/projects/$project/webhooks", icon: Webhook, right: "webhook.edit", isOfProject: true },
      { label: "Audit log", to: "/projects/$project/audit", icon: ScrollText, right: "audit.read", isOfProject: true },
      { label: "Project settings", to: "/projects/$project/settings", icon: Settings, isOfProject: true },
    ],
  },
];

export const PROJECT_PAGES: readonly ProjectPage[] = PAGE_GROUPS.flatMap(({ pages }) => pages);
