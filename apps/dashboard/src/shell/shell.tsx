/** The frame around every page of a project: where one is, where one can go, and whether the line to the server stands. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { ChevronsUpDown, LogOut, Menu as MenuIcon, Moon, Search, Sun, UserRound, Users, X } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { AlertBadge } from "../alerts/alert-badge.tsx";
import { callServer } from "../api/call-server.ts";
import { messageOf } from "../api/messages.ts";
import { type Liveness, useLive } from "../api/use-live.ts";
import { mayDo, type Person, sessionQuery } from "../session/session.ts";
import { IconButton } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { Lamp } from "../ui/lamp.tsx";
import { Menu } from "../ui/menu.tsx";
import { say } from "../ui/toast.tsx";
import { Key } from "../ui/tag.tsx";
import { EnvironmentSwitch } from "./environment-switch.tsx";
import { NoEnvironmentPage } from "./no-environment-page.tsx";
import { PAGE_GROUPS, PROJECT_PAGES, type ProjectPage } from "./pages.ts";
import { usePlace } from "./projects-query.ts";
import { ProjectSwitch } from "./project-switch.tsx";
import { chooseTheme, theme } from "./theme.ts";
import { useShortcuts } from "./use-shortcuts.ts";
import { useSideMenu } from "./use-side-menu.ts";

/** Loaded once the page is there and has nothing else to do, so that its first letter is not lost. */
const loadPalette = () => import("./command-palette.tsx");
const CommandPalette = lazy(async () => ({ default: (await loadPalette()).CommandPalette }));
const IDLE_MS = 5_000;

export function Shell() {
  const { project, environment } = usePlace();
  const { data: session } = useQuery(sessionQuery);
  const liveness = useLive(project.key);
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const sideBar = useRef<HTMLElement>(null);
  const menu = useSideMenu(path, sideBar);
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette(), IDLE_MS);
    return () => clearTimeout(timer);
  }, []);
  useShortcuts({ onPalette: () => setPaletteOpen(true) });
  const person = session?.person;
  const maySee = ({ right }: ProjectPage) => right === undefined || mayDo(person, right, project.key, null);
  const isTooEarly = environment === undefined && !isOfProject(path, project.key);
  return (
    <div className="flex min-h-dvh">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-60 focus:bg-raised focus:p-2"
      >
        Skip to the page
      </a>
      {/* Production shows itself on every page. */}
      <div
        aria-hidden
        className={classNames("fixed inset-x-0 top-0 z-30 h-[3px]", environment?.production === true && "bg-light")}
      />
      <nav
        ref={sideBar}
        aria-label="Pages"
        className={classNames(
          "fixed inset-y-0 left-0 z-20 flex w-60 flex-col gap-6 border-r border-line bg-ground px-3 pt-6 pb-4 max-lg:bg-raised max-lg:shadow-float lg:sticky lg:top-0 lg:h-dvh",
          !menu.isOpen && "max-lg:hidden",
        )}
      >
        <div className="flex items-center justify-between gap-2 px-2">
          <Link to="/" className="flex items-center gap-2 font-semibold">
            <Lamp brightness={1} state="on" size={20} />
            Dimmer
          </Link>
          <IconButton label="Close the menu" className="lg:hidden" onClick={menu.close}>
            <X size={18} />
          </IconButton>
        </div>
        <ProjectSwitch project={project} />
        <div className="-mx-1 flex min-h-0 flex-col gap-4 overflow-y-auto px-1 py-0.5">
          {PAGE_GROUPS.map((group) => (
            <section key={group.label} aria-label={group.label}>
              <h2 aria-hidden className="px-2.5 pb-1 text-small text-faint">
                {group.label}
              </h2>
              <ul className="flex flex-col gap-0.5">
                {group.pages.filter(maySee).map((page) => (
                  <PageLink key={page.to} page={page} project={project.key} />
                ))}
              </ul>
            </section>
          ))}
        </div>
        <div className="mt-auto flex shrink-0 flex-col gap-2">
          <LineState liveness={liveness} />
          {person !== undefined && <PersonMenu person={person} />}
        </div>
      </nav>
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="sticky top-0 z-10 flex h-14 items-center gap-2 border-b border-line bg-ground px-4 sm:px-8">
          <IconButton label="Open the menu" className="-ml-2 lg:hidden" onClick={menu.open}>
            <MenuIcon size={18} />
          </IconButton>
          <button
            type="button"
            onClick={() => setPaletteOpen(true)}
            className="flex h-9 min-w-0 items-center gap-2 rounded-control border border-line bg-surface px-3 text-quiet transition-colors duration-150 hover:border-line-strong sm:w-72"
          >
            <Search size={16} aria-hidden />
            <span className="truncate">Find or do</span>
            <span className="ml-auto hidden gap-1 sm:flex">
              <Key>Ctrl</Key>
              <Key>K</Key>
            </span>
          </button>
          <div className="ml-auto">
            <EnvironmentSwitch project={project} environment={environment} />
          </div>
        </header>
        <main id="main" tabIndex={-1} className="min-w-0 flex-1 outline-none">
          {isTooEarly ? <NoEnvironmentPage project={project} /> : <Outlet />}
        </main>
      </div>
      <Suspense>
        {isPaletteOpen && (
          <CommandPalette
            isOpen
            onClose={() => setPaletteOpen(false)}
            project={project.key}
            pages={PROJECT_PAGES.filter(maySee)}
          />
        )}
      </Suspense>
    </div>
  );
}

function PageLink({ page: { label, to, icon: Icon }, project }: { readonly page: ProjectPage; readonly project: string }) {
  return (
    <li>
      <Link
        to={to}
        params={{ project }}
        className="flex h-8 shrink-0 items-center gap-3 rounded-control px-2.5 text-quiet transition-colors duration-150 hover:bg-raised hover:text-ink aria-[current=page]:bg-raised aria-[current=page]:font-semibold aria-[current=page]:text-ink"
      >
        <Icon size={17} aria-hidden />
        {label}
        {to === "/projects/$project/alerts" && <AlertBadge project={project} />}
      </Link>
    </li>
  );
}

const isOfProject = (path: string, project: string): boolean =>
  PROJECT_PAGES.some(({ to, isOfProject: may }) => may === true && path.startsWith(to.replace("$project", project)));

function LineState({ liveness }: { readonly liveness: Liveness }) {
  const words = { connecting: "Connecting", live: "Live", broken: "Offline, trying again" }[liveness];
  return (
    <p role="status" className="flex items-center gap-2 px-2.5 text-small text-quiet">
      <span
        aria-hidden
        className={classNames(
          "size-2 rounded-full",
          liveness === "live" ? "bg-healthy" : liveness === "broken" ? "bg-danger" : "bg-line-strong",
        )}
      />
      {words}
    </p>
  );
}

function PersonMenu({ person }: { readonly person: Person }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const signOut = async () => {
    try {
      await callServer("DELETE", "/api/v1/session");
    } catch (error) {
      // Whoever believes to be out and is not leaves an open door.
      return say({ ...messageOf(error), title: "You are still signed in", isProblem: true });
    }
    queries.clear();
    await navigate({ to: "/sign-in" });
  };
  const isDark = theme() === "dark";
  const mayManage = person.grants.some(({ rights }) => rights.includes("people.edit"));
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex h-10 w-full items-center gap-2 rounded-control px-2.5 text-left transition-colors duration-150 hover:bg-raised"
        >
          <UserRound size={17} aria-hidden />
          <span className="min-w-0 flex-1 truncate">{person.name}</span>
          <ChevronsUpDown size={15} aria-hidden className="text-faint" />
        </button>
      }
      entries={[
        {
          label: isDark ? "Light" : "Dark",
          icon: isDark ? <Sun size={16} /> : <Moon size={16} />,
          onSelect: () => chooseTheme(isDark ? "light" : "dark"),
        },
        { label: "Account", icon: <UserRound size={16} />, onSelect: () => void navigate({ to: "/account" }) },
        ...(mayManage ? [{ label: "People", icon: <Users size={16} />, onSelect: () => void navigate({ to: "/people" }) }] : []),
        { label: "Sign out", icon: <LogOut size={16} />, onSelect: () => void signOut() },
      ]}
    />
  );
}
