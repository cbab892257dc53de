/** A list of which some are shown, and more when asked. */

import { type ReactNode, useState } from "react";
import { Button } from "../ui/button.tsx";

export interface StepwiseProps<T> {
  readonly items: readonly T[];
  readonly step: number;
  readonly render: (item: T) => ReactNode;
}

export function Stepwise<T>({ items, step, render }: StepwiseProps<T>) {
  const [shown, setShown] = useState(step);
  return (
    <>
      <ul className="-mt-4">{items.slice(0, shown).map(render)}</ul>
      {shown < items.length && (
        <div className="flex items-center gap-4">
          <Button onClick={() => setShown(shown + step)}>Show more</Button>
          <p className="text-small text-quiet">
            {shown} of {items.length} are shown.
          </p>
        </div>
      )}
    </>
  );
}
