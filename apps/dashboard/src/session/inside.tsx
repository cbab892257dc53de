/** Around every page that one has to be signed in for: it leads out when the session has ended. */

import { useQuery } from "@tanstack/react-query";
import { Outlet, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { sessionQuery } from "./session.ts";

export function Inside() {
  const { data: session } = useQuery(sessionQuery);
  const navigate = useNavigate();
  useEffect(() => {
    const { pathname, search } = window.location;
    // Whoever has just signed out is there already.
    if (session?.state !== "signed-out" || pathname === "/sign-in") return;
    void navigate({ to: "/sign-in", search: { next: pathname + search } });
  }, [session?.state, navigate]);
  return <Outlet />;
}
