import type { AuditEvent } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Delta } from "../../ui/marks.tsx";
import { Hidden } from "../../ui/text.tsx";
import styles from "./change-line.module.css";
import { changeInWords } from "./event-words.ts";
import { type ListChange, listChange } from "./list-change.ts";

interface ChangeLineProps {
  readonly change: AuditEvent["changes"][number];
  /** Gives the words of a permission. */
  readonly permissionName?: (permission: string) => string;
}

/** "Phone: 555 → 556"; of a list what came and what went. */
export function ChangeLine({ change, permissionName }: ChangeLineProps) {
  const { t, i18n } = useLingui();
  const { field, before, after } = changeInWords(change, i18n, permissionName);
  const moved = listChange(change);
  if (moved !== null) {
    const name = change.field === "permissions" ? permissionName : undefined;
    return <ListChangeLine field={field} moved={moved} name={name ?? String} />;
  }
  return (
    <span className={styles["line"]}>
      {before === null ? (
        `${field}: ${after ?? t`nothing`}`
      ) : (
        <Trans>
          {field}: {before} → {after ?? t`nothing`}
        </Trans>
      )}
    </span>
  );
}

interface ListChangeLineProps {
  readonly field: string;
  readonly moved: ListChange;
  readonly name: (entry: string) => string;
}

function ListChangeLine({ field, moved, name }: ListChangeLineProps) {
  return (
    <span className={styles["moved"]}>
      {`${field}:`}
      {moved.gained.map((entry) => (
        <Delta key={entry} change="gained">
          <Hidden>
            <Trans>added</Trans>
          </Hidden>
          {name(entry)}
        </Delta>
      ))}
      {moved.lost.map((entry) => (
        <Delta key={entry} change="lost">
          <Hidden>
            <Trans>removed</Trans>
          </Hidden>
          {name(entry)}
        </Delta>
      ))}
    </span>
  );
}
