/** JUnit's XML, which every CI shows: one test case an item or a scorer. */

export interface JunitCase {
  readonly name: string;
  readonly seconds?: number | undefined;
  /** Why it failed. */
  readonly failure?: string | undefined;
  /** Why it could not be run, or not be told. */
  readonly error?: string | undefined;
}

/**
 * Shape:  one suite; characters that XML has not are left out.
 * Errors: none.
 * Source: https://github.com/testmoapp/junitxml.
 */
export function renderJunit(suite: string, cases: readonly JunitCase[]): string {
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  const errors = cases.filter(({ error }) => error !== undefined).length;
  const counts = `tests="${cases.length}" failures="${failures}" errors="${errors}"`;
  const lines = cases.map((one) => renderCase(suite, one));
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites ${counts}>`,
    `  <testsuite name="${escapeXml(suite)}" ${counts}>`,
    ...lines,
    `  </testsuite>`,
    `</testsuites>`,
    ``,
  ].join("\n");
}

function renderCase(suite: string, { name, seconds, failure, error }: JunitCase): string {
  const time = seconds === undefined ? "" : ` time="${seconds.toFixed(3)}"`;
  const open = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}"${time}`;
  const said = [
    ...(failure === undefined ? [] : [`      <failure message="${escapeXml(failure)}"/>`]),
    ...(error === undefined ? [] : [`      <error message="${escapeXml(error)}"/>`]),
  ];
  return said.length === 0 ? `${open}/>` : [`${open}>`, ...said, `    </testcase>`].join("\n");
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\r": "&#13;",
  "\t": "&#9;",
};
/** What is no character of XML 1.0. */
const NO_CHARACTER = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const escapeXml = (text: string): string =>
  text.replaceAll(NO_CHARACTER, "").replaceAll(/[&<>"\n\r\t]/gu, (character) => ESCAPES[character] ?? character);
