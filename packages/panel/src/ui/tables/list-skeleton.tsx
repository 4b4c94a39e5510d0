import type { ComponentProps, ReactNode } from "react";
import { LoadingState, Skeleton } from "../feedback/empty-states.tsx";
import { useHasRoom } from "../layout/page.tsx";
import table from "./table.module.css";

interface ListSkeletonProps {
  /** The table's `thead`. */
  readonly header: ReactNode;
  /** As for `useHasRoom`. */
  readonly tableWidth: number;
  /** The sizes of the cells after the first; null leaves a cell empty. */
  readonly cells: ReadonlyArray<NonNullable<ComponentProps<typeof Skeleton>["size"]> | null>;
  /** Whether a column of checkboxes comes first. */
  readonly hasBoxes?: boolean;
  /** The content of a card. */
  readonly card: ReactNode;
  readonly rowCount?: number;
  readonly cardCount?: number;
}

/** Shown while a list is loading, with its geometry: a table, or cards without room for it. */
export function ListSkeleton(props: ListSkeletonProps) {
  const { header, tableWidth, cells, hasBoxes = false, card, rowCount = 12, cardCount = 6 } = props;
  const hasTable = useHasRoom(tableWidth);
  return (
    <LoadingState>
      {hasTable ? (
        <div className={table["bleed"]} aria-hidden="true" inert>
          <table className={table["table"]}>
            {header}
            <tbody>
              {countTo(rowCount).map((row) => (
                <tr key={row}>
                  {hasBoxes ? <td className={table["pick"]} /> : null}
                  <th scope="row">
                    <Skeleton size="long" />
                  </th>
                  {cells.map((size, column) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the columns never change their order
                    <td key={column}>{size === null ? null : <Skeleton size={size} />}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <ul className={table["cards"]} aria-hidden="true">
          {countTo(cardCount).map((row) => (
            <li key={row}>{card}</li>
          ))}
        </ul>
      )}
    </LoadingState>
  );
}

function countTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
