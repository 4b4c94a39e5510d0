import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { type FocusEvent, type KeyboardEvent, useState } from "react";
import { Highlight } from "../../../../ui/data-display/highlight.tsx";
import { Checkbox } from "../../../../ui/forms/checkbox.tsx";
import { ChevronDownIcon, ChevronRightIcon } from "../../../../ui/icons.tsx";
import styles from "./matrix.module.css";
import { type Cell, getGroupState, isOpen } from "./matrix.ts";
import { Part, PermissionRow } from "./permission-row.tsx";

/** A group with its visible cells. */
export interface ShownGroup {
  readonly key: string;
  readonly label: string;
  readonly cells: readonly Cell[];
  /** All cells of the group, for its count. */
  readonly all: readonly Cell[];
}

interface MatrixGridProps {
  readonly label: string;
  readonly groups: readonly ShownGroup[];
  readonly query: string;
  /** A search or filter hides some cells. */
  readonly isNarrowed: boolean;
  readonly isReadOnly: boolean;
  readonly closed: ReadonlySet<string>;
  readonly onOpen: (key: string, isOpen: boolean) => void;
  readonly onToggle: (permission: string) => void;
  readonly onToggleAll: (cells: readonly Cell[]) => void;
  readonly onAsk: ((permission: string) => void) | null;
}

/** Groups and their permissions. One tab stop: arrow keys move between checkboxes; left and right collapse and expand a group. */
export function MatrixGrid(props: MatrixGridProps) {
  const { label, groups, query, isNarrowed, isReadOnly, closed, onOpen, onToggle, onToggleAll, onAsk } =
    props;
  const [focused, setFocused] = useState("");
  const stops = groups.flatMap(({ key, cells }) => [
    groupStop(key),
    ...(closed.has(key) ? [] : cells.map(({ action }) => action.permission)),
  ]);
  const stop = stops.includes(focused) ? focused : stops[0];
  const openOrClose = (key: string, isOpenNow: boolean) => {
    if (!isOpenNow) setFocused(groupStop(key));
    onOpen(key, isOpenNow);
  };
  return (
    <Part
      role="treegrid"
      aria-label={label}
      aria-readonly={isReadOnly || undefined}
      className={styles["matrix"]}
      onFocus={(event: FocusEvent<HTMLElement>) => setFocused(event.target.dataset["stop"] ?? focused)}
      onKeyDown={(event) => moveInGrid(event, openOrClose)}
    >
      {groups.map((group) => (
        <Part role="rowgroup" key={group.key} className={styles["group"]}>
          <GroupHead
            group={group}
            query={query}
            isNarrowed={isNarrowed}
            isReadOnly={isReadOnly}
            isOpen={!closed.has(group.key)}
            isStop={stop === groupStop(group.key)}
            onOpen={(isOpenNow) => openOrClose(group.key, isOpenNow)}
            onToggle={() => onToggleAll(group.cells)}
          />
          {closed.has(group.key)
            ? null
            : group.cells.map(({ action, state, via, lacks, change }) => (
                <PermissionRow
                  key={action.permission}
                  action={action}
                  state={state}
                  via={via}
                  lacks={lacks}
                  change={change}
                  isReadOnly={isReadOnly}
                  isStop={stop === action.permission}
                  query={query}
                  onToggle={onToggle}
                  onAsk={onAsk}
                />
              ))}
        </Part>
      ))}
    </Part>
  );
}

interface GroupHeadProps {
  readonly group: ShownGroup;
  readonly query: string;
  readonly isNarrowed: boolean;
  readonly isReadOnly: boolean;
  readonly isOpen: boolean;
  readonly isStop: boolean;
  readonly onOpen: (isOpen: boolean) => void;
  readonly onToggle: () => void;
}

function GroupHead({
  group,
  query,
  isNarrowed,
  isReadOnly,
  isOpen: isGroupOpen,
  isStop,
  onOpen,
  onToggle,
}: GroupHeadProps) {
  const { t } = useLingui();
  const { label, cells, all } = group;
  const box = getGroupState(cells);
  const count = all.filter(({ state }) => state !== "off").length;
  const changes = all.filter(({ change }) => change !== null).length;
  const shown = cells.length;
  return (
    <Part role="row" aria-level={1} aria-expanded={isGroupOpen} className={styles["head"]}>
      <Part role="gridcell">
        <Checkbox
          aria-label={isNarrowed ? t`All ${shown} shown of ${label}` : t`All of ${label}`}
          checked={box === "all"}
          isMixed={box === "some"}
          isLocked={!isReadOnly && !cells.some(isOpen) && box === "none"}
          isReachable
          aria-readonly={isReadOnly || undefined}
          tabIndex={isStop ? 0 : -1}
          data-stop={groupStop(group.key)}
          onChange={() => (isReadOnly ? undefined : onToggle())}
        />
      </Part>
      <Part role="rowheader">
        <button type="button" tabIndex={-1} className={styles["opener"]} onClick={() => onOpen(!isGroupOpen)}>
          {isGroupOpen ? <ChevronDownIcon /> : <ChevronRightIcon />}
          <b>
            <Highlight text={label} query={query} />
          </b>
          <span className={styles["count"]}>
            {count}/{all.length}
          </span>
        </button>
      </Part>
      <Part role="gridcell" className={styles["aside"]}>
        {isNarrowed ? <Trans>All {shown} shown</Trans> : null}
        {changes > 0 && !isNarrowed ? t`${plural(changes, { one: "# change", other: "# changes" })}` : null}
      </Part>
    </Part>
  );
}

function groupStop(key: string): string {
  return `group ${key}`;
}

/**
 * Arrow keys, Home and End move between checkboxes; left collapses a group or goes to its header, right expands it. In the
 * row of a permission, right goes to its button "Who can do this?" and left back.
 */
function moveInGrid(event: KeyboardEvent<HTMLElement>, onOpen: (key: string, isOpen: boolean) => void): void {
  const { currentTarget: grid, key } = event;
  if (!(event.target instanceof HTMLElement) || event.altKey || event.metaKey) return;
  const row = event.target.closest("[role=row]");
  const target = row?.querySelector<HTMLInputElement>("input[data-stop]");
  const ask = row?.querySelector<HTMLElement>("[data-ask]") ?? null;
  const isAsking = event.target === ask;
  if (target === null || target === undefined || (event.target !== target && !isAsking)) return;
  const boxes = [...grid.querySelectorAll<HTMLInputElement>("input[data-stop]")];
  const at = boxes.indexOf(target);
  const head = boxes.slice(0, at + 1).findLast((box) => box.dataset["stop"]?.startsWith("group "));
  const groupKey = head?.dataset["stop"]?.slice("group ".length) ?? "";
  const isHead = head === target;
  const next = {
    ArrowDown: boxes[at + 1],
    ArrowUp: boxes[at - 1],
    Home: event.ctrlKey ? boxes[0] : head,
    End: event.ctrlKey ? boxes.at(-1) : lastOfGroup(boxes, at),
    ArrowLeft: isHead ? undefined : isAsking ? target : head,
    ArrowRight: isHead || isAsking ? undefined : (ask ?? undefined),
  }[key];
  if (isHead && (key === "ArrowLeft" || key === "ArrowRight")) onOpen(groupKey, key === "ArrowRight");
  else if (next === undefined && !["Home", "End", "ArrowDown", "ArrowUp", "ArrowLeft"].includes(key)) return;
  event.preventDefault();
  next?.focus();
}

function lastOfGroup(boxes: readonly HTMLInputElement[], at: number): HTMLInputElement | undefined {
  const after = boxes.findIndex((box, index) => index > at && box.dataset["stop"]?.startsWith("group "));
  return boxes[after === -1 ? boxes.length - 1 : after - 1];
}
