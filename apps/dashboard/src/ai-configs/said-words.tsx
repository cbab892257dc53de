/** What is wrong, or worth knowing, under the field that it is about. */

import { useSaid } from "./config-form.ts";

export function SaidWords({ place }: { readonly place: string }) {
  const { problem, warning } = useSaid(place);
  return (
    <>
      {problem !== undefined && (
        <p role="alert" className="text-small break-words text-danger">
          {problem}
        </p>
      )}
      {warning !== undefined && <p className="text-small break-words text-light-ink">{warning}</p>}
    </>
  );
}
