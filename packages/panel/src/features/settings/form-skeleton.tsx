import { LoadingState, Skeleton } from "../../ui/feedback/empty-states.tsx";
import styles from "./organization/organization.module.css";

/** A form of the settings that is loading: four fields. */
export function FormSkeleton() {
  return (
    <LoadingState>
      {[1, 2, 3, 4].map((field) => (
        <p key={field} className={styles["skeleton"]}>
          <Skeleton size="long" />
        </p>
      ))}
    </LoadingState>
  );
}
