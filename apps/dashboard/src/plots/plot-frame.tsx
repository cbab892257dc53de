/** What stands around a drawn plot: its title, the same as a table, and the ways to take it along. */

import { ImageDown, Table2 } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { pictureName, saveAs } from "../metrics/plot-picture.ts";
import { IconButton } from "../ui/button.tsx";
import { CopyButton } from "../ui/copyable.tsx";
import { type Cell, csvOf } from "../ui/csv.ts";
import { say } from "../ui/toast.tsx";
import { pictureOfSvg } from "./svg-picture.ts";

export interface PlotRow {
  /** For other programs. */
  readonly cells: readonly Cell[];
  /** The same, for people. */
  readonly said: readonly string[];
}

export interface PlotTable {
  readonly heads: readonly string[];
  readonly rows: readonly PlotRow[];
}

export interface PlotFrameProps {
  readonly title: string;
  /** What it is of: a flag, an experiment. It names the picture's file and stands in it. */
  readonly of: string;
  readonly note?: ReactNode;
  readonly table: PlotTable;
  /** The drawn plot, one `<svg>`, and what is said beneath it. */
  readonly children: ReactNode;
}

export function PlotFrame({ title, of, note, table, children }: PlotFrameProps) {
  const [isTable, setTable] = useState(false);
  const figure = useRef<HTMLElement>(null);
  const savePicture = async () => {
    const plot = figure.current?.querySelector<SVGSVGElement>("svg[data-plot]");
    const picture = plot ? await pictureOfSvg({ title, about: of, plot }) : undefined;
    if (picture === undefined) say({ title: "This browser makes no picture of it", isProblem: true });
    else saveAs(picture, pictureName(of, title));
  };
  return (
    <figure ref={figure} className="flex min-w-0 flex-col gap-1">
      <figcaption className="flex items-center justify-between gap-2">
        <span className="min-w-0 font-semibold break-words">{title}</span>
        <span className="flex shrink-0 items-center">
          {note !== undefined && <span className="figures pr-1 text-small text-faint">{note}</span>}
          <IconButton
            label={`${title} as a table`}
            aria-pressed={isTable}
            className="size-8 aria-pressed:text-ink"
            onClick={() => setTable(!isTable)}
          >
            <Table2 size={15} />
          </IconButton>
          <IconButton
            label={`Save ${title} as PNG`}
            title={isTable ? "Show the plot first" : `Save ${title} as PNG`}
            className="size-8"
            disabled={isTable}
            onClick={() => void savePicture()}
          >
            <ImageDown size={15} />
          </IconButton>
          <CopyButton text={csvOf([table.heads, ...table.rows.map(({ cells }) => cells)])} what={`${title} as CSV`} />
        </span>
      </figcaption>
      {isTable ? <TableOf title={title} table={table} /> : children}
    </figure>
  );
}

function TableOf({ title, table: { heads, rows } }: { readonly title: string; readonly table: PlotTable }) {
  return (
    // One scrolls through it with the keys.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div
      tabIndex={0}
      role="region"
      aria-label={`${title}, as a table`}
      className="max-h-64 overflow-auto rounded-control border border-line"
    >
      <table className="figures w-full text-left text-small">
        <thead className="sticky top-0 bg-surface text-quiet">
          <tr>
            {heads.map((head, at) => (
              <th key={head} scope="col" className={`px-3 py-1.5 font-normal ${at === 0 ? "" : "text-right"}`}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ said }, row) => (
            <tr key={row} className="border-t border-line">
              {said.map((cell, at) => (
                <td
                  key={heads[at]}
                  className={`px-3 py-1 ${at === 0 ? "whitespace-nowrap text-quiet" : "text-right whitespace-nowrap"}`}
                >
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
