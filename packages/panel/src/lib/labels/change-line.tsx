/** Lines that show the changes of an audit event. */
import type { AuditEvent } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { ChangeBadge } from "../../ui/data-display/badges.tsx";
import { VisuallyHidden } from "../../ui/text.tsx";
import styles from "./change-line.module.css";
import { diffList, formatChange, type ListDifference } from "./event-labels.ts";

interface ChangeLineProps {
  readonly change: AuditEvent["changes"][number];
  /** Returns the label of a permission. */
  readonly permissionName?: (permission: string) => string;
}

/** "Phone: 555 → 556"; for a list its added and removed entries. */
export function ChangeLine({ change, permissionName }: ChangeLineProps) {
  const { t, i18n } = useLingui();
  const { field, before, after } = formatChange(change, i18n, permissionName);
  const difference = diffList(change);
  if (difference !== null) {
    const name = change.field === "permissions" ? permissionName : undefined;
    return <ListChangeLine field={field} difference={difference} name={name ?? String} />;
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
  readonly difference: ListDifference;
  readonly name: (entry: string) => string;
}

function ListChangeLine({ field, difference, name }: ListChangeLineProps) {
  return (
    <span className={styles["difference"]}>
      {`${field}:`}
      {difference.added.map((entry) => (
        <ChangeBadge key={entry} change="gained">
          <VisuallyHidden>
            <Trans>added</Trans>
          </VisuallyHidden>
          {name(entry)}
        </ChangeBadge>
      ))}
      {difference.removed.map((entry) => (
        <ChangeBadge key={entry} change="lost">
          <VisuallyHidden>
            <Trans>removed</Trans>
          </VisuallyHidden>
          {name(entry)}
        </ChangeBadge>
      ))}
    </span>
  );
}
