/** For a project without an environment, in which nothing can be decided yet. */

import type { ProjectView } from "@dimmer/protocol";
import { ButtonLink } from "../ui/button.tsx";
import { Empty, Page } from "../ui/page.tsx";

export function NoEnvironmentPage({ project }: { readonly project: ProjectView }) {
  return (
    <Page title={project.name}>
      <Empty
        title="No environment yet"
        act={
          <ButtonLink look="primary" to="/projects/$project/environments" params={{ project: project.key }}>
            To the environments
          </ButtonLink>
        }
      >
        A flag is set up once and decided apart in each environment, such as production and staging. The first one comes before
        the first flag.
      </Empty>
    </Page>
  );
}
