/** The calls of the management API that are about snippets. */

import { pathOf as path, type Send } from "./request.ts";
import type { SnippetDetails, SnippetView } from "./snippets.ts";

export interface SnippetCalls {
  /** By name. */
  listSnippets(project: string): Promise<readonly SnippetView[]>;
  getSnippet(project: string, name: string): Promise<SnippetDetails>;
  /** Makes it, or its next version. */
  setSnippet(project: string, name: string, text: string): Promise<SnippetView>;
  removeSnippet(project: string, name: string): Promise<SnippetView>;
}

interface Items<T> {
  readonly items: readonly T[];
}

export function snippetCalls(request: <T>(send: Send) => Promise<T>): SnippetCalls {
  return {
    listSnippets: async (project) =>
      (await request<Items<SnippetView>>({ method: "GET", path: path`/projects/${project}/snippets` })).items,
    getSnippet: (project, name) => request({ method: "GET", path: path`/projects/${project}/snippets/${name}` }),
    setSnippet: (project, name, text) =>
      request({ method: "PUT", path: path`/projects/${project}/snippets/${name}`, body: { text } }),
    removeSnippet: (project, name) => request({ method: "DELETE", path: path`/projects/${project}/snippets/${name}` }),
  };
}
