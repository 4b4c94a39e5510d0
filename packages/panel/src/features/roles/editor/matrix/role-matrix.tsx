import type { Catalogue } from "@gatehouse/access";
import type { CatalogueGroup } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useGrantCeiling } from "../../../../lib/access/grant-ceiling.ts";
import { useShortcut, useShortcuts } from "../../../../lib/shortcuts/shortcuts.tsx";
import { Button } from "../../../../ui/forms/button.tsx";
import { Chips } from "../../../../ui/forms/chips.tsx";
import { SearchField } from "../../../../ui/forms/search-field.tsx";
import { VisuallyHidden } from "../../../../ui/text.tsx";
import { usePermissionHolders } from "../../../users/permission-holders/use-permission-holders.tsx";
import styles from "./matrix.module.css";
import {
  type Cell,
  createCells,
  indexCatalogue,
  isFound,
  isShown,
  type MatrixCatalogue,
  type MatrixFilter,
  toggle,
  toggleAll,
} from "./matrix.ts";
import { MatrixGrid, type ShownGroup } from "./matrix-grid.tsx";

interface RoleMatrixProps {
  /** The role's name, for the accessible name of the grid. */
  readonly name: string;
  readonly catalogue: Catalogue;
  /** The catalogue with localized labels. */
  readonly groups: readonly CatalogueGroup[];
  /** The saved permissions that changes are compared with; null for a new role. */
  readonly saved: readonly string[] | null;
  readonly chosen: ReadonlySet<string>;
  readonly isReadOnly: boolean;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}

/** The permissions of a role with search, filters and group checkboxes. */
export function RoleMatrix(props: RoleMatrixProps) {
  const { name, groups, saved, chosen, isReadOnly, onChange } = props;
  const { t } = useLingui();
  const ceiling = useGrantCeiling();
  const catalogue = useMemo(() => indexCatalogue(props.catalogue, groups), [props.catalogue, groups]);
  const before = useMemo(() => (saved === null ? chosen : new Set(saved)), [saved, chosen]);
  const cells = useMemo(
    () => createCells({ catalogue, saved: before, chosen, ceiling }),
    [catalogue, before, chosen, ceiling],
  );
  const [query, setQuery] = useState("");
  const [shown, setShown] = useState<MatrixFilter>("all");
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const isNarrowed = query.trim() !== "" || shown !== "all";
  const visible = visibleGroups(catalogue, cells, query, shown);
  const count = visible.reduce((sum, group) => sum + group.cells.length, 0);
  const onToggle = useStable((permission) => {
    const cell = cells.get(permission);
    if (cell !== undefined) onChange(toggle(chosen, cell));
  });
  const holders = usePermissionHolders();
  const onAsk = useStable((permission) => holders.show?.(permission));
  return (
    <>
      <Tools
        query={query}
        onQuery={setQuery}
        shown={shown}
        onShown={setShown}
        kinds={saved === null ? kinds.filter((kind) => kind !== "changed") : kinds}
        cells={cells}
        isAllClosed={closed.size > 0}
        onCloseAll={(isClosed) => setClosed(new Set(isClosed ? groups.map(({ key }) => key) : []))}
      />
      <VisuallyHidden>
        <span role="status">{isNarrowed ? t`Shown permissions: ${count}` : null}</span>
      </VisuallyHidden>
      {count === 0 ? (
        <p className={styles["none"]}>
          {query.trim() === "" ? (
            <Trans>There is nothing to show here.</Trans>
          ) : (
            <Trans>No permission matches {query}.</Trans>
          )}
        </p>
      ) : (
        <MatrixGrid
          label={t`Permissions of ${name}`}
          groups={visible}
          query={query}
          isNarrowed={isNarrowed}
          isReadOnly={isReadOnly}
          closed={isNarrowed ? nothing : closed}
          onOpen={(key, isOpen) => setClosed(isOpen ? without(closed, key) : new Set([...closed, key]))}
          onToggle={onToggle}
          onAsk={holders.show === null ? null : onAsk}
          onToggleAll={(some) => onChange(toggleAll(chosen, some))}
        />
      )}
      {holders.dialog}
    </>
  );
}

const kinds: readonly MatrixFilter[] = ["all", "changed", "granted", "sensitive"];
const nothing: ReadonlySet<string> = new Set();

/** The same function at every render, so that memoized rows are not rendered again. */
function useStable(run: (permission: string) => void): (permission: string) => void {
  const latest = useRef(run);
  useLayoutEffect(() => {
    latest.current = run;
  });
  return useCallback((permission) => latest.current(permission), []);
}

function without(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  return new Set([...keys].filter((one) => one !== key));
}

function visibleGroups(
  { groups }: MatrixCatalogue,
  cells: ReadonlyMap<string, Cell>,
  query: string,
  shown: MatrixFilter,
): readonly ShownGroup[] {
  return groups
    .map(({ key, label, actions }) => {
      const all = actions.flatMap(({ permission }) => cells.get(permission) ?? []);
      return { key, label, all, cells: all.filter((cell) => isShown(cell, shown) && isFound(cell, query)) };
    })
    .filter((group) => group.cells.length > 0);
}

interface ToolsProps {
  readonly query: string;
  readonly onQuery: (query: string) => void;
  readonly shown: MatrixFilter;
  readonly onShown: (shown: MatrixFilter) => void;
  readonly kinds: readonly MatrixFilter[];
  readonly cells: ReadonlyMap<string, Cell>;
  readonly isAllClosed: boolean;
  readonly onCloseAll: (isClosed: boolean) => void;
}

function Tools({ query, onQuery, shown, onShown, kinds, cells, isAllClosed, onCloseAll }: ToolsProps) {
  const { t } = useLingui();
  const { hasSingleKeys } = useShortcuts();
  const focusSearch = () => document.getElementById(searchId)?.focus();
  useShortcut({ keys: "/", label: t`Search permissions` }, focusSearch);
  const count = (which: MatrixFilter) => [...cells.values()].filter((cell) => isShown(cell, which)).length;
  const names: Record<MatrixFilter, string> = {
    all: t`All`,
    changed: t`Changed`,
    granted: t`Granted`,
    sensitive: t`Sensitive`,
  };
  const choices = kinds.map((value) => ({
    value,
    text: `${names[value]} ${count(value)}`,
  }));
  return (
    <div className={styles["tools"]}>
      <SearchField
        id={searchId}
        label={t`Search permissions`}
        placeholder={t`Permission or group`}
        value={query}
        onChange={onQuery}
        {...(hasSingleKeys ? { hint: "/" } : {})}
      />
      <Chips legend={<Trans>Show</Trans>} isLegendHidden value={shown} choices={choices} onChange={onShown} />
      <Button variant="quiet" className={styles["push"]} onClick={() => onCloseAll(!isAllClosed)}>
        {isAllClosed ? <Trans>Open all</Trans> : <Trans>Collapse all</Trans>}
      </Button>
    </div>
  );
}

const searchId = "permission-search";
