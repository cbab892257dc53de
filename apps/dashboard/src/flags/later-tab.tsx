/** What is to happen later: changes at a time, and links that turn the flag off. */

import { useFlagPlace } from "./flag-place.ts";
import { LinksSection } from "./links-section.tsx";
import { SchedulesSection } from "./schedules-section.tsx";

export function LaterTab() {
  const { flag } = useFlagPlace();
  if (flag.archived) return <p className="text-quiet">Archived flags decide nothing, later as little as now.</p>;
  return (
    <>
      <SchedulesSection />
      <LinksSection />
    </>
  );
}
