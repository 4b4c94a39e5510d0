import { Skeleton } from "../feedback/empty-states.tsx";
import rows from "./row-list.module.css";

/** Skeleton of rows with two lines, for sessions and events. */
export function RowSkeletons() {
  return (
    <ul className={rows["list"]}>
      {["first", "second", "third"].map((row) => (
        <li key={row}>
          <span>
            <Skeleton />
            <Skeleton size="long" />
          </span>
          <Skeleton size="short" />
        </li>
      ))}
    </ul>
  );
}
