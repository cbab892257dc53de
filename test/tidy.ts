/** The rules that keep the tree tidy, which no linter checks, each with a fixture that breaks it. */

import { posix } from "node:path";
import { COMPOSITION_ROOTS, LONG_FILES, LONG_LINES, ROOMS } from "./rooms.ts";

/** One file of the repository, by its path from the root with forward slashes. */
export interface RepoFile {
  readonly path: string;
  readonly text: string;
}

/** A rule finds what breaks it, one sentence each; `broken` is a small tree in which it must find something. */
export interface TidyRule {
  readonly name: string;
  readonly find: (files: readonly RepoFile[]) => readonly string[];
  readonly broken: readonly RepoFile[];
}

const PURE_ROOM = "packages/evaluation";
const PURE_ROOMS = [PURE_ROOM, "packages/statistics"];
/** A date of a given time is data; one of no time is a clock, with parentheses or without. */
const OWN_CLOCK_OR_RANDOMNESS =
  /\bDate\.now\b|\bMath\.random\b|\bnew Date\b(?!\s*\(\s*[^\s)])|(?<![\w.]|new )Date\(|\bperformance\.(?:now|timeOrigin)\b|\bprocess\.hrtime\b/;
const DUMPING_GROUNDS = new Set(["utils", "helpers", "common", "shared", "misc"]);

/** Every rule, in the order of the style guide. */
export const TIDY_RULES: readonly TidyRule[] = [
  {
    name: "every room has a row in the import table",
    find: (files) =>
      files
        .filter(({ path }) => /^(packages|apps)\/[^/]+\/package\.json$/.test(path) && ROOMS[roomOf(path)] === undefined)
        .map(({ path }) => `${roomOf(path)} has no row in ROOMS of test/rooms.ts.`),
    broken: [{ path: "packages/unheard-of/package.json", text: "{}" }],
  },
  {
    name: "a room imports only what its row allows",
    find: (files) => files.filter(isShipped).flatMap((file) => importsOf(file).flatMap((found) => checkRow(file, found))),
    broken: [{ path: "packages/sdk-core/src/a.ts", text: 'import { problem } from "@dimmer/protocol";\n' }],
  },
  {
    name: "what a room imports from outside is declared in its package.json",
    find: (files) =>
      files.filter(isShipped).flatMap((file) => importsOf(file).flatMap((found) => checkDeclared(files, file, found))),
    broken: [
      { path: "apps/cli/package.json", text: '{ "dependencies": {} }' },
      { path: "apps/cli/src/a.ts", text: 'import { parse } from "yaml";\n' },
    ],
  },
  {
    name: "no relative import leaves its package",
    find: (files) => files.filter(isSource).flatMap((file) => importsOf(file).flatMap((found) => checkRelative(file, found))),
    broken: [{ path: "packages/evaluation/src/a.ts", text: 'export { b } from "../../protocol/src/b.ts";\n' }],
  },
  {
    name: "the compiler holds evaluation pure: no Node, no DOM",
    find: (files) =>
      files.filter(({ path }) => PURE_ROOMS.some((room) => path === `${room}/tsconfig.json`)).flatMap(checkPureCompiler),
    broken: [{ path: `${PURE_ROOM}/tsconfig.json`, text: '{ "compilerOptions": { "lib": ["ES2022", "DOM"], "types": [] } }' }],
  },
  {
    name: "no folder is a dumping ground",
    find: (files) =>
      files
        .filter(({ path }) =>
          path
            .split("/")
            .slice(0, -1)
            .some((folder) => DUMPING_GROUNDS.has(folder)),
        )
        .map(({ path }) => `${path} lies in a folder without a subject; name it after what it holds.`),
    broken: [{ path: "packages/evaluation/src/utils/a.ts", text: "" }],
  },
  {
    name: "only src/index.ts gathers exports",
    find: (files) =>
      files
        .filter((file) => isSource(file) && !/^[^/]+\/[^/]+\/src\/index\.ts$/.test(file.path))
        .filter(({ path, text }) => path.endsWith("/index.ts") || /^export\s[^;="'(]*\sfrom\s/m.test(text))
        .map(({ path }) => `${path} re-exports; import from the file itself.`),
    broken: [{ path: "apps/server/src/flags/all.ts", text: 'export * from "./flag.ts";\n' }],
  },
  {
    name: "the server asks others through the guard of outbound requests alone",
    find: (files) =>
      findInCode(
        files.filter(({ path }) => path.startsWith("apps/server/src/")),
        /(?<![.\w])fetch\(|import \{[^}]*\brequest\b[^}]*\} from "node:https?"|from "undici"/,
        (path) => path.startsWith("apps/server/src/outbound/"),
        "asks somebody past the guard; go through outbound/",
      ),
    broken: [{ path: "apps/server/src/webhooks/deliver.ts", text: "const answer = await fetch(url);\n" }],
  },
  {
    name: "the environment is read only in config.ts",
    find: (files) =>
      findInCode(
        files,
        /\bprocess\.env\b/,
        (path) => posix.basename(path) === "config.ts",
        "reads process.env outside config.ts",
      ),
    broken: [{ path: "apps/server/src/main.ts", text: "const port = process.env.DIMMER_PORT;\n" }],
  },
  {
    name: "clock and randomness are made only in composition roots",
    find: (files) =>
      findInCode(files, OWN_CLOCK_OR_RANDOMNESS, (path) => COMPOSITION_ROOTS.includes(path), "makes its own clock or randomness"),
    broken: [{ path: "apps/server/src/flags/flag.ts", text: "const at = Date.now();\n" }],
  },
  {
    name: "every file opens with a sentence on what it is for",
    find: (files) =>
      files
        .filter(({ path }) => /\.(ts|tsx|mjs)$/.test(path))
        .filter(({ text }) => !/^(#!.*\n)?\/\*\*[\s*]*[^\s*/][^]*?\*\//.test(text))
        .map(({ path }) => `${path} does not open with /** a sentence on what it is for. */`),
    broken: [{ path: "packages/evaluation/src/a.ts", text: "export const a = 1;\n" }],
  },
  {
    name: "nothing is exported by default",
    find: (files) =>
      files
        .filter(
          ({ path, text }) =>
            /\.(ts|tsx|mjs)$/.test(path) && !/(^|\/)vite(st)?\.config\.ts$/.test(path) && /^export default\b/m.test(text),
        )
        .map(({ path }) => `${path} has a default export; give it its name.`),
    broken: [{ path: "scripts/a.mjs", text: "export default 1;\n" }],
  },
  {
    name: "every decision and every guide is in its index",
    find: (files) =>
      files.flatMap(({ path }) => {
        const [, folder = "", name = ""] = /^docs\/(adr|guide)\/([^/]+\.md)$/.exec(path) ?? [];
        const index = files.find((file) => file.path === `docs/${folder}/README.md`)?.text ?? "";
        return name === "" || name === "README.md" || index.includes(`](${name})`)
          ? []
          : [`${path} is not in docs/${folder}/README.md.`];
      }),
    broken: [{ path: "docs/adr/0099-forgotten.md", text: "# ADR-0099" }],
  },
  {
    name: "links between files lead somewhere",
    find: findDeadLinks,
    broken: [{ path: "docs/a.md", text: "See [b](b.md).\n" }],
  },
  {
    name: "the snippets of the guide to the four jobs are lines of the examples",
    find: findInventedSnippets,
    broken: [{ path: "docs/guide/four-jobs.md", text: "```ts\nconst isOn = maybe();\n```\n" }],
  },
  {
    name: "the lock file names no registry",
    find: (files) =>
      lockEntries(files)
        .filter(([, entry]) => /^[a-z+]+:\/\//.test(entry.resolved ?? ""))
        .map(([path, entry]) => `package-lock.json: ${path} is resolved from ${entry.resolved}.`),
    broken: [
      {
        path: "package-lock.json",
        text: '{ "packages": { "node_modules/a": { "resolved": "https://registry.example/a.tgz" } } }',
      },
    ],
  },
  {
    name: "every dependency with an install script is decided about in allowScripts",
    find: findUndecidedScripts,
    broken: [
      { path: "package.json", text: '{ "allowScripts": {} }' },
      { path: "package-lock.json", text: '{ "packages": { "node_modules/a": { "hasInstallScript": true } } }' },
    ],
  },
  {
    name: "no file mentions the place where it was written",
    find: (files) => files.flatMap(({ path, text }) => findPlaces(path, text)),
    broken: [{ path: "docs/a.md", text: ["See ", "work", "main/docs.\n"].join("/") }],
  },
  {
    name: "long files are known",
    find: findLongFiles,
    broken: [{ path: "packages/evaluation/src/a.ts", text: "\n".repeat(LONG_LINES + 1) }],
  },
];

// Which files a rule looks at.

const roomOf = (path: string): string => path.split("/").slice(0, 2).join("/");
const isSource = ({ path }: RepoFile): boolean => /^(packages|apps)\/[^/]+\/src\/.*\.tsx?$/.test(path);
const isTest = ({ path }: RepoFile): boolean => /\.(test|contract|bench)\.tsx?$/.test(path);
const isShipped = (file: RepoFile): boolean => isSource(file) && !isTest(file);

// Imports.

interface Import {
  readonly from: string;
  readonly isTypeOnly: boolean;
}

/** Static imports and re-exports, then dynamic imports with a literal; the formatter fixes the shape that this reads. */
function importsOf({ text }: RepoFile): readonly Import[] {
  const fixed = [...text.matchAll(/^(?:import|export)\s+(?:([^;"'=]*?)\sfrom\s+)?["']([^"']+)["']/gm)];
  const dynamic = [...withoutComments(text).matchAll(/\bimport\(\s*["']([^"']+)["']/g)];
  return [
    ...fixed.map(([, names = "", from = ""]) => ({ from, isTypeOnly: bringsOnlyTypes(names) })),
    ...dynamic.map(([, from = ""]) => ({ from, isTypeOnly: false })),
  ];
}

function bringsOnlyTypes(names: string): boolean {
  if (/^type\s/.test(names)) return true;
  const inBraces = /^\{([^}]*)\}$/.exec(names.trim())?.[1];
  const each = inBraces
    ?.split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  return each !== undefined && each.length > 0 && each.every((name) => name.startsWith("type "));
}

const packageOf = (from: string): string =>
  from
    .split("/")
    .slice(0, from.startsWith("@") ? 2 : 1)
    .join("/");

function checkRow({ path }: RepoFile, { from, isTypeOnly }: Import): readonly string[] {
  const room = ROOMS[roomOf(path)];
  if (room === undefined || from.startsWith(".")) return [];
  if (from.startsWith("node:")) return room.node ? [] : [`${path} imports ${from}; ${roomOf(path)} runs without Node.`];
  if (!from.startsWith("@dimmer/"))
    return room.outside.includes(packageOf(from)) ? [] : [`${path} imports ${from}, which its row does not list.`];
  const allowed = room.ours[from];
  if (allowed === undefined) return [`${path} imports ${from}, which its row does not list.`];
  return allowed === "types" && !isTypeOnly ? [`${path} imports values of ${from}; its row allows only types.`] : [];
}

function checkDeclared(files: readonly RepoFile[], { path }: RepoFile, { from }: Import): readonly string[] {
  if (from.startsWith(".") || from.startsWith("node:")) return [];
  const manifest = readJson(files, `${roomOf(path)}/package.json`);
  const declared = { ...manifest?.["dependencies"], ...manifest?.["peerDependencies"] };
  return Object.hasOwn(declared, packageOf(from))
    ? []
    : [`${path} imports ${from}, which ${roomOf(path)}/package.json does not declare.`];
}

function checkRelative({ path }: RepoFile, { from }: Import): readonly string[] {
  if (!from.startsWith(".")) return [];
  const target = posix.join(posix.dirname(path), from);
  return target.startsWith(`${roomOf(path)}/`) ? [] : [`${path} imports ${from}, which lies outside its package.`];
}

function checkPureCompiler({ path, text }: RepoFile): readonly string[] {
  const { lib, types } = (JSON.parse(text) as { compilerOptions: { lib?: unknown; types?: unknown } }).compilerOptions;
  const isPure = JSON.stringify(lib) === '["ES2022"]' && JSON.stringify(types) === "[]";
  return isPure ? [] : [`${path} must keep "lib": ["ES2022"] and "types": [].`];
}

// Text.

/** Good enough for the searches here: block comments, and line comments that start a line or follow a blank. */
const withoutComments = (text: string): string => text.replaceAll(/\/\*[^]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "$1");

function findInCode(
  files: readonly RepoFile[],
  pattern: RegExp,
  isAllowed: (path: string) => boolean,
  complaint: string,
): readonly string[] {
  return files
    .filter((file) => isShipped(file) && !isAllowed(file.path) && pattern.test(withoutComments(file.text)))
    .map(({ path }) => `${path} ${complaint}.`);
}

/** The patterns are put together from pieces so that this file does not find itself. */
function findPlaces(path: string, text: string): readonly string[] {
  const place = new RegExp(["(?<![\\w.])", "work", "(main|shared)\\b"].join("/"));
  const notes = new RegExp(["\\.\\.", "shared", "(?!data\\b)"].join("/"));
  return place.test(text) || notes.test(text) ? [`${path} names a path of the machine it was written on.`] : [];
}

/** Relative links of Markdown, to a file or to a folder that holds one. */
function findDeadLinks(files: readonly RepoFile[]): readonly string[] {
  const paths = files.map(({ path }) => path);
  const exists = (target: string) => paths.some((path) => path === target || path.startsWith(`${target}/`));
  return files
    .filter(({ path }) => path.endsWith(".md"))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)|\bsrc="([^"]+)"/g)]
        .map(([, link, image]) => link ?? image ?? "")
        .filter((link) => !/^[a-z]+:/.test(link) && !exists(posix.join(posix.dirname(path), link).replace(/\/$/, "")))
        .map((link) => `${path} links to ${link}, which is not there.`),
    );
}

function findInventedSnippets(files: readonly RepoFile[]): readonly string[] {
  const squeeze = (text: string) => text.replaceAll(/\s+/g, " ").trim();
  const examples = squeeze(
    files
      .filter(({ path }) => path.startsWith("examples/"))
      .map(({ text }) => text)
      .join("\n"),
  );
  const guide = files.find(({ path }) => path === "docs/guide/four-jobs.md")?.text ?? "";
  return [...guide.matchAll(/```ts\n([^]*?)```/g)]
    .map(([, snippet = ""]) => squeeze(snippet))
    .filter((snippet) => !examples.includes(snippet))
    .map((snippet) => `docs/guide/four-jobs.md shows what no example says: ${snippet}`);
}

function findLongFiles(files: readonly RepoFile[]): readonly string[] {
  const linesOf = (file: RepoFile): number => file.text.split("\n").length - 1;
  const code = files.filter(({ path }) => /\.(ts|tsx|mjs)$/.test(path));
  const tooLong = code.filter((file) => linesOf(file) > LONG_LINES && LONG_FILES[file.path] === undefined);
  const forgiven = code.filter((file) => linesOf(file) <= LONG_LINES && LONG_FILES[file.path] !== undefined);
  return [
    ...tooLong.map((file) => `${file.path} has ${linesOf(file)} lines; split it, or list it in LONG_FILES with the reason.`),
    ...forgiven.map((file) => `${file.path} is short again; take it off LONG_FILES.`),
  ];
}

// package.json and the lock file.

type Manifest = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

function readJson(files: readonly RepoFile[], path: string): Manifest | undefined {
  const found = files.find((file) => file.path === path);
  return found === undefined ? undefined : (JSON.parse(found.text) as Manifest);
}

interface LockEntry {
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
}

function lockEntries(files: readonly RepoFile[]): readonly (readonly [string, LockEntry])[] {
  return Object.entries((readJson(files, "package-lock.json")?.["packages"] ?? {}) as Record<string, LockEntry>);
}

function findUndecidedScripts(files: readonly RepoFile[]): readonly string[] {
  const decided = readJson(files, "package.json")?.["allowScripts"] ?? {};
  return lockEntries(files)
    .filter(([, entry]) => entry.hasInstallScript === true)
    .map(([path]) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length))
    .filter((name) => !Object.hasOwn(decided, name))
    .map((name) => `${name} has an install script; say true or false in allowScripts of package.json.`);
}
