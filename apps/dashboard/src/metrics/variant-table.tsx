/** Variants beside each other, a column for each measure; where there is no room, below each other. */

import type { VariantMetrics } from "@dimmer/protocol";
import { variantColour } from "../ui/variant-colour.ts";
import { MEASURE_COLUMNS } from "./variant-columns.ts";

export interface VariantTableProps {
  readonly metrics: readonly VariantMetrics[];
  /** All of the flag, for their colours. */
  readonly variants: readonly string[];
}

export function VariantTable({ metrics, variants }: VariantTableProps) {
  // A measure that nobody told is no column.
  const columns = MEASURE_COLUMNS.filter(({ say }) => metrics.some((one) => say(one) !== ""));
  return (
    <>
      <div className="hidden overflow-x-auto md:block">
        <table className="w-full text-left">
          <thead>
            <tr className="border-b border-line text-small text-quiet">
              <th scope="col" className="py-2 pr-4 font-normal">
                Variant
              </th>
              {columns.map(({ head, about }) => (
                <th key={head} scope="col" title={about} className="py-2 pl-4 text-right font-normal whitespace-nowrap">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {metrics.map((one) => (
              <tr key={one.variant} className="border-b border-line">
                <th scope="row" className="max-w-60 py-3 pr-4 font-semibold">
                  <Name variant={one.variant} variants={variants} />
                </th>
                {columns.map(({ head, say }) => (
                  <td key={head} className="py-3 pl-4 text-right whitespace-nowrap tabular-nums">
                    {say(one)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ul className="flex flex-col md:hidden">
        {metrics.map((one) => (
          <li key={one.variant} className="flex flex-col gap-2 border-b border-line py-4">
            <p className="font-semibold">
              <Name variant={one.variant} variants={variants} />
            </p>
            <dl className="grid grid-cols-2 gap-x-6 gap-y-1">
              {columns.map(({ head, say }) => (
                <div key={head} className="flex items-baseline justify-between gap-2">
                  <dt className="text-small text-quiet">{head}</dt>
                  <dd className="tabular-nums">{say(one)}</dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
    </>
  );
}

function Name({ variant, variants }: { readonly variant: string; readonly variants: readonly string[] }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className="size-2.5 shrink-0 rounded-full" style={{ background: variantColour(variants, variant) }} />
      <span className="truncate">{variant}</span>
    </span>
  );
}
