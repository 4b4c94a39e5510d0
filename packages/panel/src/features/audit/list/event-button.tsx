import type { AuditEvent } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react";
import { formatAction, formatChange } from "../../../lib/labels/event-labels.ts";
import { classNames } from "../../../ui/class-names.ts";
import { ChevronRightIcon } from "../../../ui/icons.tsx";
import styles from "./audit.module.css";
import { usePermissionName } from "./use-permission-name.ts";

interface EventButtonProps {
  readonly event: AuditEvent;
  readonly isOpen: boolean;
  readonly detailsId: string;
  readonly onPress: () => void;
}

/** The action with the changed fields; opens the details. */
export function EventButton({ event, isOpen, detailsId, onPress }: EventButtonProps) {
  const { i18n } = useLingui();
  const permissionName = usePermissionName();
  const fields = event.changes.map((change) => formatChange(change, i18n, permissionName).field);
  return (
    <button
      type="button"
      className={styles["open"]}
      aria-expanded={isOpen}
      aria-controls={detailsId}
      data-row-link=""
      onClick={onPress}
    >
      <span className={classNames(styles["chevron"], isOpen && styles["turned"])}>
        <ChevronRightIcon />
      </span>
      <span className={styles["what"]}>
        <b>{formatAction(event.action, i18n)}</b>
        {fields.length === 0 ? null : (
          <small>{new Intl.ListFormat(i18n.locale, { type: "unit" }).format(fields)}</small>
        )}
      </span>
    </button>
  );
}
