import { Trans, useLingui } from "@lingui/react/macro";
import { type ComponentProps, type MouseEvent, useMemo } from "react";
import { classNames } from "../../../../ui/class-names.ts";
import { SensitiveBadge } from "../../../../ui/data-display/badges.tsx";
import { Highlight } from "../../../../ui/data-display/highlight.tsx";
import { IconButton } from "../../../../ui/forms/button.tsx";
import { Checkbox } from "../../../../ui/forms/checkbox.tsx";
import { ChainIcon, LockIcon, UsersIcon } from "../../../../ui/icons.tsx";
import styles from "./matrix.module.css";
import type { Cell } from "./matrix.ts";

interface PermissionRowProps extends Cell {
  /** Read-only; the page shows the reason. */
  readonly isReadOnly: boolean;
  /** The cell in the tab order. */
  readonly isStop: boolean;
  readonly query: string;
  readonly onToggle: (permission: string) => void;
  /** Shows who has the permission; null without the permission to view users. */
  readonly onAsk: ((permission: string) => void) | null;
}

/**
 * One permission: a checkbox, its name, its description and the reason for its state. Memoized: a click must not render a
 * hundred other rows.
 */
export function PermissionRow({
  action,
  state,
  via,
  lacks,
  change,
  isReadOnly,
  isStop,
  query,
  onToggle,
  onAsk,
}: PermissionRowProps) {
  return useMemo(
    () => (
      <RowParts
        action={action}
        state={state}
        via={via}
        lacks={lacks}
        change={change}
        isReadOnly={isReadOnly}
        isStop={isStop}
        query={query}
        onToggle={onToggle}
        onAsk={onAsk}
      />
    ),
    [action, state, via, lacks, change, isReadOnly, isStop, query, onToggle, onAsk],
  );
}

function RowParts({
  action,
  state,
  via,
  lacks,
  change,
  isReadOnly,
  isStop,
  query,
  onToggle,
  onAsk,
}: PermissionRowProps) {
  const { t } = useLingui();
  const isLocked = lacks !== null && state !== "implied" && !isReadOnly;
  const { label, group, permission, description } = action;
  const row = classNames(
    styles["row"],
    change === "granted" && styles["granted"],
    change === "taken" && styles["taken"],
  );
  return (
    <Part
      role="row"
      aria-level={2}
      className={classNames(row, !isReadOnly && !isLocked && state !== "implied" && styles["open"])}
      onClick={isReadOnly ? undefined : toggleByRow}
    >
      <Part role="gridcell">
        <Checkbox
          aria-label={t`${label}, ${group}`}
          aria-describedby={via === null && !isLocked && change === null ? undefined : `why-${permission}`}
          checked={state !== "off"}
          isImplied={state === "implied"}
          isLocked={isLocked}
          isReachable
          aria-readonly={isReadOnly || undefined}
          tabIndex={isStop ? 0 : -1}
          data-stop={permission}
          onChange={() => (isReadOnly ? undefined : onToggle(permission))}
        />
      </Part>
      <Part role="rowheader" className={styles["label"]}>
        <span title={permission}>
          <Highlight text={label} query={query} />
        </span>
        {action.sensitive ? <SensitiveBadge /> : null}
      </Part>
      <Part role="gridcell" className={styles["about"]}>
        <Highlight text={description} query={query} />
      </Part>
      <Part role="gridcell" className={styles["badges"]} id={`why-${permission}`}>
        {via === null ? null : (
          <span className={styles["why"]}>
            <ChainIcon />
            {via.group === group ? (
              <Trans>via {via.label}</Trans>
            ) : (
              <Trans>
                via {via.group}: {via.label}
              </Trans>
            )}
          </span>
        )}
        {isLocked ? (
          <span className={styles["why"]}>
            <LockIcon />
            {lacks.permission === permission ? (
              <Trans>You don’t have it, so you can’t give it</Trans>
            ) : (
              <Trans>
                It includes {lacks.group}: {lacks.label}, which you don’t have
              </Trans>
            )}
          </span>
        ) : null}
        {change === null ? null : (
          <span className={styles["changed"]}>{change === "granted" ? t`Granted` : t`Taken away`}</span>
        )}
      </Part>
      {onAsk === null ? null : (
        <Part role="gridcell" className={styles["ask"]}>
          <IconButton
            label={t`Who can do this? ${label}, ${group}`}
            tabIndex={-1}
            data-ask=""
            onClick={() => onAsk(permission)}
          >
            <UsersIcon />
          </IconButton>
        </Part>
      )}
    </Part>
  );
}

/** A click anywhere in the row toggles its checkbox, unless it ends a selection of text. */
function toggleByRow({ target, currentTarget }: MouseEvent<HTMLDivElement>): void {
  if (!(target instanceof Element) || !currentTarget.contains(target)) return;
  if (target.closest("input, button") !== null || getSelection()?.isCollapsed === false) return;
  const box = currentTarget.querySelector("input");
  box?.focus();
  box?.click();
}

/**
 * An element with a grid role: grid, row or cell. Not a `<table>`: on a phone the rows are laid out as cards, which would
 * remove the table semantics.
 */
export function Part(props: ComponentProps<"div">) {
  return <div {...props} />;
}
