import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { Checkbox } from "../../../ui/checkbox.tsx";
import { classNames } from "../../../ui/class-names.ts";
import { Highlight } from "../../../ui/highlight.tsx";
import { ChainIcon, LockIcon } from "../../../ui/icons.tsx";
import { Sensitive } from "../../../ui/marks.tsx";
import styles from "./matrix.module.css";
import type { Cell } from "./matrix.ts";
import { Part } from "./part.tsx";

interface PermissionRowProps extends Cell {
  /** Nothing can be changed here; the page says why. */
  readonly isReadOnly: boolean;
  /** The one cell that Tab leads to. */
  readonly isStop: boolean;
  readonly query: string;
  readonly onToggle: (permission: string) => void;
}

/**
 * One permission: a mark, its name, what it lets people do, and why it is as it is. Drawn anew only when something of it
 * changes: a press must not draw a hundred others.
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
      />
    ),
    [action, state, via, lacks, change, isReadOnly, isStop, query, onToggle],
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
    <Part role="row" aria-level={2} className={row}>
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
        {action.sensitive ? <Sensitive /> : null}
      </Part>
      <Part role="gridcell" className={styles["about"]}>
        <Highlight text={description} query={query} />
      </Part>
      <Part role="gridcell" className={styles["marks"]} id={`why-${permission}`}>
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
              <Trans>You don’t hold it, so you can’t give it</Trans>
            ) : (
              <Trans>
                It brings {lacks.group}: {lacks.label}, which you don’t hold
              </Trans>
            )}
          </span>
        ) : null}
        {change === null ? null : (
          <span className={styles["changed"]}>{change === "granted" ? t`Granted` : t`Taken away`}</span>
        )}
      </Part>
    </Part>
  );
}
