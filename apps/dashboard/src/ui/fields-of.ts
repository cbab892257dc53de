/** What somebody wrote into a form, by the names of its fields. */

/** Shape: texts only; files are left out. */
export const fieldsOf = (form: HTMLFormElement): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries([...new FormData(form)].filter((entry): entry is [string, string] => typeof entry[1] === "string"));
