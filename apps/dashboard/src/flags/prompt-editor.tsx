/** The texts of a prompt, one field each, as people write them; everything else of the value stays as it is. */

import type { JsonValue } from "@dimmer/evaluation";
import { TextArea, TextField } from "../ui/field.tsx";
import { promptTexts, withText } from "./value-text.ts";

export interface PromptEditorProps {
  readonly value: JsonValue;
  readonly issues: readonly { readonly path: string; readonly message: string }[];
  readonly isReadOnly: boolean;
  readonly onChange: (value: JsonValue) => void;
}

export function PromptEditor({ value, issues, isReadOnly, onChange }: PromptEditorProps) {
  const texts = promptTexts(value);
  const pointers = new Set(texts.map(({ path }) => `/${path.join("/")}`));
  // What is wrong with parts that have no field here.
  const others = issues.filter(({ path }) => !pointers.has(path));
  return (
    <div className="grid gap-x-4 sm:grid-cols-2">
      {texts.map(({ path, label, text, isLine }) => {
        const pointer = `/${path.join("/")}`;
        const Field = isLine ? TextField : TextArea;
        return (
          <div key={pointer} className={isLine ? "" : "sm:col-span-2"}>
            <Field
              label={label}
              value={text}
              readOnly={isReadOnly}
              spellCheck={!isLine}
              problem={issues.find((issue) => issue.path === pointer)?.message}
              className={isLine ? "font-mono" : "[field-sizing:content]"}
              onChange={({ target }: { readonly target: { readonly value: string } }) =>
                onChange(withText(value, path, target.value))
              }
            />
          </div>
        );
      })}
      {others.map(({ path, message }) => (
        <p key={path + message} role="alert" className="text-small break-words text-danger sm:col-span-2">
          {path === "" ? "" : `${path.slice(1).replaceAll("/", " › ")}: `}
          {message}
        </p>
      ))}
    </div>
  );
}
