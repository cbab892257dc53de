/** The pages of a project, in the order of the side bar. To add one: a route in `routes.tsx` and a line here. */

import { Bot, Flag } from "lucide-react";
import type { ComponentType } from "react";

export interface ProjectPage {
  readonly label: string;
  readonly to: "/projects/$project/flags" | "/projects/$project/models";
  readonly icon: ComponentType<{ size?: number; "aria-hidden"?: boolean }>;
  /** What one needs to see it; everybody who sees the project otherwise. */
  readonly right?: string;
}

export const PROJECT_PAGES: readonly ProjectPage[] = [
  { label: "Flags", to: "/projects/$project/flags", icon: Flag },
  { label: "Models", to: "/projects/$project/models", icon: Bot },
];
