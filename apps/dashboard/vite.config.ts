/** Builds the dashboard into files that the server sends; in development it passes the API through to a running server. */

import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `npm start` listens. */
const SERVER = "http://127.0.0.1:4180";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss()],
  resolve: { conditions: ["dimmer-source", "module", "browser", "import", "default"] },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    // One style sheet for all pages: it is small, and no page waits for a second one.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
  },
  server: { proxy: Object.fromEntries(["/api", "/sdk", "/ofrep", "/docs", "/openapi.json"].map((path) => [path, SERVER])) },
});
