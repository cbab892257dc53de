/** What is shown where there is no page, or a page broke. */

import type { ErrorComponentProps } from "@tanstack/react-router";
import { ButtonLink } from "../ui/button.tsx";
import { Page, Problem } from "../ui/page.tsx";

export function NotFoundPage() {
  return (
    <Page title="Nothing here" lead="This address leads nowhere, or to something that was taken away.">
      <div>
        <ButtonLink to="/">To the flags</ButtonLink>
      </div>
    </Page>
  );
}

export function RouteError({ error, reset }: ErrorComponentProps) {
  return (
    <Page title="That did not work">
      <Problem error={error} onRetry={reset} />
      <div>
        <ButtonLink to="/">To the flags</ButtonLink>
      </div>
    </Page>
  );
}
