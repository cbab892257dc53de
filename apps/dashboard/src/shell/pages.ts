/** The pages of a project, in the order of the side bar. To add one: a route in `routes.tsx` and a line here. */

import { Flag, FlaskConical, History, Layers, Plug, ScrollText, Users } from "lucide-react";
import type { ComponentType } from "react";

export interface ProjectPage {
  readonly label: string;
  readonly to: `/projects/$project/${"flags" | "segments" | "test" | "connect" | "environments" | "activity" | "audit"}`;
  readonly icon: ComponentType<{ size?: number; "aria-hidden"?: boolean }>;
  /** What one needs to see it; everybody who sees the project otherwise. */
  readonly right?: string;
}

export const PROJECT_PAGES: readonly ProjectPage[] = [
  { label: "Flags", to: "/projects/$project/flags", icon: Flag },
  { label: "Segments", to: "/projects/$project/segments", icon: Users },
  { label: "Test a context", to: "/projects/$project/test", icon: FlaskConical },
  { label: "Activity", to: "/projects/$project/activity", icon: History },
  { label: "Connect", to: "/projects/$project/connect", icon: Plug },
  { label: "Environments", to: "/projects/$project/environments", icon: Layers },
  { label: "Audit log", to: "/projects/$project/audit", icon: ScrollText, right: "audit.read" },
];
