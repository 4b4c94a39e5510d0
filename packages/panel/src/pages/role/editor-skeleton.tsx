import { Bone, Skeleton } from "../../ui/states.tsx";
import styles from "./role.module.css";

const rows = Array.from({ length: 10 }, (_, row) => row);

/** The editor's geometry while the role or the catalogue is on its way. */
export function EditorSkeleton() {
  return (
    <Skeleton>
      <p className={styles["boneHead"]}>
        <Bone size="long" />
      </p>
      <p className={styles["boneFields"]}>
        <Bone size="long" />
        <Bone size="long" />
      </p>
      {rows.map((row) => (
        <p key={row} className={styles["boneRow"]}>
          <Bone />
        </p>
      ))}
    </Skeleton>
  );
}
