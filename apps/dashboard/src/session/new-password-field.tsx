/** Where somebody chooses a password, and hears what is wrong with it. */

import { messageOf } from "../api/messages.ts";
import { TextField } from "../ui/field.tsx";

export interface NewPasswordFieldProps {
  readonly label?: string;
  readonly autoFocus?: boolean;
  /** What the server said of the form, as most of what it refuses is the password. */
  readonly error: Error | null;
}

export function NewPasswordField({ label = "Password", autoFocus = false, error }: NewPasswordFieldProps) {
  return (
    <TextField
      label={label}
      name="password"
      type="password"
      autoComplete="new-password"
      minLength={12}
      required
      autoFocus={autoFocus}
      hint="Twelve characters or more; a few words are good."
      problem={error === null ? undefined : messageOf(error).about}
    />
  );
}
