/** What belongs to the project as a whole: its name. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent } from "react";
import { callServer } from "../api/call-server.ts";
import { messageOf } from "../api/messages.ts";
import { useMay } from "../session/session.ts";
import { usePlace } from "../shell/projects-query.ts";
import { Button } from "../ui/button.tsx";
import { Copyable } from "../ui/copyable.tsx";
import { TextField } from "../ui/field.tsx";
import { fieldsOf } from "../ui/fields-of.ts";
import { Page, Section } from "../ui/page.tsx";
import { say } from "../ui/toast.tsx";

export function SettingsPage() {
  const { project } = usePlace();
  const queries = useQueryClient();
  const mayEdit = useMay("project.edit", project.key, null);
  const rename = useMutation({
    mutationFn: (name: string) => callServer("PATCH", `/api/v1/projects/${encodeURIComponent(project.key)}`, { name }),
    onSuccess: async (_project, name) => {
      await queries.invalidateQueries({ queryKey: ["projects"] });
      say({ title: `The project is called ${name} now` });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    rename.mutate(fieldsOf(event.currentTarget)["name"]?.trim() ?? "");
  };
  return (
    <Page title="Project settings" lead={project.name}>
      <Section title="Name">
        <form
          // Somebody else's new name shows at once.
          key={project.name}
          onSubmit={submit}
          className="flex max-w-xl items-start gap-2"
        >
          <div className="flex-1">
            <TextField
              label="Name"
              name="name"
              required
              maxLength={200}
              defaultValue={project.name}
              disabled={!mayEdit}
              hint={mayEdit ? "What people see." : "Your role does not let you rename the project."}
              problem={rename.isError ? messageOf(rename.error).about : undefined}
            />
          </div>
          <Button type="submit" className="mt-6" isBusy={rename.isPending} disabled={!mayEdit}>
            Rename
          </Button>
        </form>
      </Section>
      <Section title="Key" about="How files, the command line and the API name it. It stays as it is.">
        <div className="max-w-xl">
          <Copyable text={project.key} what="the key of the project" />
        </div>
      </Section>
    </Page>
  );
}
