import { LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import styles from "./role.module.css";

const rows = Array.from({ length: 10 }, (_, row) => row);

/** Skeleton of the editor while the role or the catalogue loads. */
export function EditorSkeleton() {
  return (
    <LoadingState>
      <p className={styles["skeletonHead"]}>
        <Skeleton size="long" />
      </p>
      <p className={styles["skeletonFields"]}>
        <Skeleton size="long" />
        <Skeleton size="long" />
      </p>
      {rows.map((row) => (
        <p key={row} className={styles["skeletonRow"]}>
          <Skeleton />
        </p>
      ))}
    </LoadingState>
  );
}
