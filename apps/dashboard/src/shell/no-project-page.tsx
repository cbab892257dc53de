/** For whoever reaches no project yet. */

import { Page } from "../ui/page.tsx";

export function NoProjectPage() {
  return (
    <Page
      title="No project yet"
      lead="You are in, but nothing was shared with you. Ask an owner or admin to give you a role in a project."
    >
      {null}
    </Page>
  );
}
