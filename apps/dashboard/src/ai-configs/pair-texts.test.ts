/** Written and served texts side by side. */

import { expect, test } from "vitest";
import { pairTexts } from "./pair-texts.ts";

test("only what a snippet was put into is shown, with its tags marked", () => {
  const messages = (first: string) => ({
    messages: [
      { role: "system", content: first },
      { role: "user", content: "{{ text }}" },
    ],
  });
  const written = messages("{%- snippet 'tone' -%}\nSum up. {% snippet \"rules\" %}");
  expect(pairTexts(written, messages("Be brief.Sum up. Never lie."))).toEqual([
    {
      pointer: "/messages/0/content",
      label: "System",
      parts: [
        { text: "{%- snippet 'tone' -%}", isTag: true },
        { text: "\nSum up. ", isTag: false },
        { text: '{% snippet "rules" %}', isTag: true },
      ],
      text: "Be brief.Sum up. Never lie.",
    },
  ]);
  expect(pairTexts(written, { reply: "Later." })).toEqual([]);
});
