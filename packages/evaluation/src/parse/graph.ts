/** Finds circles and long chains in a graph of names, without recursion. */

/** Name → the names it points to; names without an entry end a chain. */
export type Graph = ReadonlyMap<string, readonly string[]>;

export interface GraphShape {
  /** Names on a circle, or between two circles. */
  readonly circling: ReadonlySet<string>;
  /** Name → number of names on the longest chain that starts with it; absent where a circle is reached. */
  readonly chain: ReadonlyMap<string, number>;
}

/** Peels the graph from its ends: what cannot be peeled leads into a circle, and what cannot be peeled from the other side lies on one. */
export function shapeOf(graph: Graph): GraphShape {
  const chain = peel(graph);
  const left = new Map([...graph].filter(([name]) => !chain.has(name)));
  const freed = peel(reverse(left));
  return { chain, circling: new Set([...left.keys()].filter((name) => !freed.has(name))) };
}

/** Name → length of its longest chain, for every name whose chains all end. */
function peel(graph: Graph): ReadonlyMap<string, number> {
  const pointing = reverse(graph);
  const open = new Map([...graph].map(([name, targets]) => [name, targets.filter((target) => graph.has(target)).length]));
  const longest = new Map<string, number>();
  const ended = new Map<string, number>();
  const ready = [...graph.keys()].filter((name) => open.get(name) === 0);
  for (const name of ready) {
    const length = (longest.get(name) ?? 0) + 1;
    ended.set(name, length);
    for (const source of pointing.get(name) as readonly string[]) {
      const left = (open.get(source) as number) - 1;
      open.set(source, left);
      longest.set(source, Math.max(longest.get(source) ?? 0, length));
      if (left === 0) ready.push(source);
    }
  }
  return ended;
}

/** The same names with every arrow turned round; arrows to names without an entry are left out. */
function reverse(graph: Graph): Graph {
  const reversed = new Map<string, string[]>([...graph.keys()].map((name) => [name, []]));
  for (const [name, targets] of graph) for (const target of targets) reversed.get(target)?.push(name);
  return reversed;
}
