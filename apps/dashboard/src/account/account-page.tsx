/** One's own account: password, second factor, where one is signed in, and tokens for the command line. */

import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "../session/session.ts";
import { Page, Section, Waiting } from "../ui/page.tsx";
import { PasswordForm } from "./password-form.tsx";
import { Sessions } from "./sessions.tsx";
import { Tokens } from "./tokens.tsx";
import { TwoFactor } from "./two-factor.tsx";

export function AccountPage() {
  const { data: session } = useQuery(sessionQuery);
  const person = session?.person;
  if (person === undefined) {
    return (
      <Page title="Account">
        <Waiting />
      </Page>
    );
  }
  return (
    <Page title={person.name} lead={person.email}>
      <Section title="What you may do">
        <ul>
          {person.grants.map(({ role, project, environment }) => (
            <li key={`${role}/${project}/${environment}`}>
              {role} in {project === null ? "every project" : `${project}, ${environment ?? "every environment"}`}
            </li>
          ))}
        </ul>
      </Section>
      {person.password ? (
        <>
          <Section
            title="Second factor"
            about="A code from your phone beside the password, so that a stolen password opens nothing."
          >
            <TwoFactor isOn={person.twoFactor} />
          </Section>
          <Section title="Password">
            <PasswordForm />
          </Section>
        </>
      ) : (
        <Section title="Password">
          <p className="text-quiet">You sign in elsewhere, and have no password here. A second factor is set up there too.</p>
        </Section>
      )}
      <Section title="Signed in" about="Every browser and command line that acts for you.">
        <Sessions />
      </Section>
      <Section title="Tokens" about="For scripts of your own; what they do is recorded in your name.">
        <Tokens />
      </Section>
    </Page>
  );
}
