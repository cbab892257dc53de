/** Knows every route, so that a wrong method is told apart from a wrong path. */

export interface RouteTable {
  add(method: string, pattern: string): void;
  /** The methods a path takes, in alphabetical order; empty where there is no such path. */
  allowed(path: string): readonly string[];
}

export function createRouteTable(): RouteTable {
  const methods = new Map<string, { matches: RegExp; methods: Set<string> }>();
  return {
    add(method, pattern) {
      const known = methods.get(pattern) ?? { matches: patternOf(pattern), methods: new Set() };
      known.methods.add(method);
      methods.set(pattern, known);
    },
    allowed: (path) => [...methods.values()].flatMap((route) => (route.matches.test(path) ? [...route.methods] : [])).sort(),
  };
}

/** `:name` is one segment, `*` is the rest. */
function patternOf(pattern: string): RegExp {
  const source = pattern
    .split("/")
    .map((segment) =>
      segment === "*" ? ".+" : segment.startsWith(":") ? "[^/]+" : segment.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&"),
    );
  return new RegExp(`^${source.join("/")}$`, "u");
}
