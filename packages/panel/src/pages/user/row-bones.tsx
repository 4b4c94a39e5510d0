import { Bone } from "../../ui/states.tsx";
import styles from "./user.module.css";

/** Rows of two lines, where sessions or events will stand. */
export function RowBones() {
  return (
    <ul className={styles["list"]}>
      {["first", "second", "third"].map((row) => (
        <li key={row}>
          <span>
            <Bone />
            <Bone size="long" />
          </span>
          <Bone size="short" />
        </li>
      ))}
    </ul>
  );
}
