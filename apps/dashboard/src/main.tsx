/** Starts the dashboard. */

import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./app.css";
import { createQueries } from "./api/create-queries.ts";
import { createAppRouter } from "./routes.tsx";
import { applyTheme } from "./shell/theme.ts";
import { Toasts } from "./ui/toast.tsx";

applyTheme();
const queries = createQueries();
const router = createAppRouter(queries);
const place = document.getElementById("app");
if (place === null) throw new Error("index.html has no place for the app");
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Toasts>
        <RouterProvider router={router} />
      </Toasts>
    </QueryClientProvider>
  </StrictMode>,
);
