/** What a role allows, right by right, for whoever wants to know exactly. */

import type { RoleView } from "@dimmer/protocol";
import { RIGHT_GROUPS, RIGHT_WORDS } from "./say-right.ts";

export function Rights({ role }: { readonly role: RoleView }) {
  return (
    <details className="mt-1">
      <summary className="w-fit text-small text-quiet hover:text-ink">
        {role.rights.length === 1 ? "1 right" : `${role.rights.length} rights`}
      </summary>
      <dl className="grid gap-x-6 gap-y-2 py-2 text-small sm:grid-cols-[12rem_1fr]">
        {RIGHT_GROUPS.map(({ title, rights }) => {
          const given = rights.filter((right) => role.rights.includes(right));
          if (given.length === 0) return null;
          return (
            <div key={title} className="contents">
              <dt className="font-semibold">{title}</dt>
              <dd className="text-quiet max-sm:mb-1">
                <ul>
                  {given.map((right) => (
                    <li key={right}>{RIGHT_WORDS[right]}</li>
                  ))}
                </ul>
              </dd>
            </div>
          );
        })}
      </dl>
    </details>
  );
}
