/** Texts that prompts share, from the command line and from a file, against a real server. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { FlagDocument, JsonValue } from "@dimmer/evaluation";
import type { FlagView, SnippetDetails, SnippetUseView, SnippetView } from "@dimmer/protocol";
import { type DemoServer, openDemoServer } from "./demo-server.contract.ts";
import { EXIT } from "./exit-codes.ts";

let demo: DemoServer;
beforeEach(async () => void (demo = await openDemoServer()));
afterEach(() => demo.close());

const write = async (name: string, text: string) => await writeFile(join(demo.cwd, name), text);
const documentOf = (value: JsonValue): FlagDocument => ({
  version: 1,
  flags: {
    reply: {
      type: "object",
      purpose: "release",
      owner: "docs",
      permanent: true,
      schema: "ai-config",
      variants: { said: { value }, rest: { value: { reply: "Later." } } },
      environments: { production: { enabled: true, fallback: "rest", default: { variant: "said" } } },
    },
  },
});
const SAYS = { reply: "{% snippet 'tone' %} Hello." };
const flag = async () => await demo.jsonOf<FlagView>("flags show reply");
const exported = async () => (await demo.jsonOf<FlagDocument>("export")).flags["reply"]?.variants?.["said"]?.value;

test("[snippets-resolved] snippets are written, shown and listed, put into a file's values by the server, and drafted anew where they are older", async () => {
  await demo.check("snippets list", EXIT.ok, { stdout: "has no snippets" });
  await write("tone.md", "Be brief.\n");
  await demo.check("snippets set tone tone.md", EXIT.ok, { stdout: "tone is at version 1.", stderr: "{% snippet 'tone' %}" });
  await demo.check("snippets where tone", EXIT.ok, { stdout: "Nothing uses tone." });
  await write("dimmer.yaml", JSON.stringify(documentOf(SAYS)));
  await demo.check("validate dimmer.yaml", EXIT.ok, { stdout: "cannot be checked without one" });
  await demo.check("apply dimmer.yaml --yes", EXIT.ok);
  expect(await exported()).toEqual({ reply: "Be brief. Hello." });
  await demo.check("flags show reply", EXIT.ok, { stdout: "said (version 1, made with tone 1)" });

  expect((await demo.run(["snippets", "set", "tone", "--text", "Be kind."])).stdout).toContain("tone is at version 2.");
  await demo.check("plan dimmer.yaml --check", EXIT.ok);
  expect(await demo.jsonOf<SnippetView[]>("snippets list")).toMatchObject([{ name: "tone", version: 2, text: "Be kind." }]);
  await demo.check("snippets list", EXIT.ok, { stdout: "Be kind." });
  expect((await demo.run(["snippets", "show", "tone"])).stdout.trim()).toBe("Be kind.");
  expect((await demo.run(["snippets", "show", "tone", "--version", "1"])).stdout.trim()).toBe("Be brief.");
  await demo.check("snippets show tone --version 3", EXIT.notFound, { stderr: "It shows 1 to 2." });
  await demo.check("snippets where tone", EXIT.ok, { stdout: "1; 2 is newest" });

  await demo.check("snippets update tone other-flag --yes", EXIT.ok, { stdout: "Nothing to do" });
  const dry = await demo.check("snippets update tone --dry-run", EXIT.ok, { stdout: "this was a dry run" });
  expect(dry.stderr).not.toContain("dimmer publish");
  await demo.check("snippets update tone --yes", EXIT.ok, { stderr: "dimmer publish reply said" });
  expect((await flag()).versions["said"]).toMatchObject({
    latest: 1,
    draft: { reply: "Be kind. Hello." },
    draftWritten: { value: SAYS, snippets: { tone: 2 } },
  });
  await demo.check("snippets remove tone", EXIT.conflict, { stderr: "reply:said" });
  await demo.check("publish reply said --yes", EXIT.ok);
  expect(await exported()).toEqual({ reply: "Be kind. Hello." });
  await demo.check("plan dimmer.yaml --check", EXIT.ok);
  expect(await demo.jsonOf<SnippetUseView[]>("snippets where tone")).toEqual([
    { flag: "reply", variant: "said", valueVersion: 2, snippetVersion: 2, environments: ["production"] },
  ]);
  await demo.check("snippets update tone --yes", EXIT.ok, { stdout: "version 2, the newest" });
  await demo.check("snippets remove tone", EXIT.ok, { stdout: "Removed tone" });
  await demo.check("snippets show tone", EXIT.notFound, { stderr: "There is no snippet tone" });
});

test("a draft without the snippet is left alone, and what is no snippet is refused", async () => {
  await demo.run(["snippets", "set", "tone", "--text", "Be brief."]);
  await write("dimmer.yaml", JSON.stringify(documentOf(SAYS)));
  await demo.check("apply dimmer.yaml --yes", EXIT.ok);
  await write("dimmer.yaml", JSON.stringify(documentOf({ reply: "Plain." })));
  await demo.check("apply dimmer.yaml --yes", EXIT.ok);
  await demo.run(["snippets", "set", "tone", "--text", "Be kind."]);
  await demo.check("snippets update tone --yes", EXIT.ok, { stderr: "reply:said has a draft without tone" });
  expect((await flag()).versions["said"]).toMatchObject({ draft: { reply: "Plain." } });
  await write("dimmer.yaml", JSON.stringify(documentOf({ reply: "{% snippet 'tonne' %}" })));
  await demo.check("plan dimmer.yaml", EXIT.failed, { stderr: "Did you mean `tone`?" });
  await demo.check("snippets set tone", EXIT.usage, { stderr: "Give a file or --text" });
  await demo.check("snippets set tone absent.md", EXIT.notFound, { stderr: "There is no file absent.md" });
  expect((await demo.jsonOf<SnippetDetails>("snippets show tone")).versions.map(({ version }) => version)).toEqual([2, 1]);
});
