/** What a flag's prompts are given, as a form has it. */

import { listOf } from "@dimmer/evaluation";

export interface InputRow {
  readonly name: string;
  /** The app may leave it out. */
  readonly isOptional: boolean;
}

export const rowsOf = (inputs: readonly string[]): readonly InputRow[] =>
  inputs.map((input) => ({ name: input.replace("?", ""), isOptional: input.endsWith("?") }));

export const inputsOf = (rows: readonly InputRow[]): readonly string[] =>
  rows.map(({ name, isOptional }) => `${name.trim()}${isOptional ? "?" : ""}`);

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/u;

/** What is wrong with a name among the others. */
export function checkInput(rows: readonly InputRow[], at: number): string | undefined {
  const name = rows[at]?.name.trim() ?? "";
  if (name === "") return "Give it a name, or take it away.";
  if (!NAME.test(name)) return "A name has letters, digits and underscores, and begins with none of the digits.";
  const first = rows.findIndex((row) => row.name.trim() === name);
  return first < at ? `${name} is there already.` : undefined;
}

/** "text and audience, and product may be left out" */
export function sayInputs(rows: readonly InputRow[]): string {
  const always = rows.filter(({ isOptional }) => !isOptional).map(({ name }) => name);
  const maybe = rows.filter(({ isOptional }) => isOptional).map(({ name }) => name);
  if (rows.length === 0) return "The app gives nothing: a prompt that asks for a variable is refused.";
  const given = always.length === 0 ? "" : `The app gives ${listOf(always, "and")}`;
  if (maybe.length === 0) return `${given}.`;
  const left = `${listOf(maybe, "and")}, or leaves ${maybe.length === 1 ? "it" : "them"} out`;
  return `${given === "" ? "The app may give" : `${given}; and it may give`} ${left}.`;
}

/** Names that prompts ask for and nobody declares. */
export const undeclared = (rows: readonly InputRow[], asked: readonly string[]): readonly string[] =>
  asked.filter((name) => !rows.some((row) => row.name.trim() === name));
