import type { UserView } from "@gatehouse/sdk/contract";
import { Trans } from "@lingui/react/macro";
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from "react";
import {
  type Selection,
  SelectPageCheckbox,
  selectPageCheckboxId,
  useSelection,
} from "../../../lib/lists/list-rows.tsx";
import { loadModule } from "../../../lib/load-module.ts";
import { focusPage } from "../../../lib/navigation/page-change.ts";
import { useSession } from "../../../lib/session/session.tsx";
import { Bar, useHasRoom } from "../../../ui/layout/page.tsx";
import type { ShownUsers } from "./use-users.ts";
import { toFilterQuery } from "./user-search.ts";
import styles from "./users.module.css";
import { usersTableWidth } from "./users-table.tsx";

/** Loaded when a user is selected. */
const UserBulkActions = lazy(async () => ({
  default: (await loadModule(() => import("../bulk/user-bulk-actions.tsx"))).UserBulkActions,
}));

interface BulkSelection {
  /** Null without permission for bulk actions. */
  readonly selection: Selection | null;
  readonly isSelecting: boolean;
  /** Replaces the filters while users are selected; null otherwise. */
  readonly bar: ReactNode;
}

/** The selection of the list and its bar of bulk actions. */
export function useBulkSelection({ users, total, search }: ShownUsers): BulkSelection {
  const { permissions } = useSession();
  const canAct =
    permissions.has("users:suspend") || (permissions.has("roles:assign") && permissions.has("roles:view"));
  const ids = useMemo(() => (users ?? []).map(({ id }) => id), [users]);
  const selection = useSelection(JSON.stringify(toFilterQuery(search)), ids);
  const seen = useSeenUsers(users);
  const isSelecting = canAct && !selection.isEmpty;
  const hasTable = useHasRoom(usersTableWidth);
  const focusNext = useFocusAfterSelection(isSelecting);
  if (!canAct) return { selection: null, isSelecting, bar: null };
  if (!isSelecting) return { selection, isSelecting, bar: null };
  const known = [...selection.ids].flatMap((id) => seen.get(id) ?? []);
  const bar = (
    <div className={styles["selecting"]}>
      {hasTable ? null : <SelectPage selection={selection} />}
      <Suspense fallback={<div className={styles["barPlace"]} />}>
        <UserBulkActions
          selection={selection}
          search={search}
          total={total}
          users={selection.isAll || known.length < selection.ids.size ? null : known}
          onClear={selection.clear}
          onStarted={() => {
            selection.clear();
            focusNext.current = "page";
          }}
        />
      </Suspense>
    </div>
  );
  return { selection, isSelecting, bar };
}

/** Users of all pages that were shown, each as last loaded. */
function useSeenUsers(users: readonly UserView[] | null): ReadonlyMap<string, UserView> {
  const [seen] = useState(() => new Map<string, UserView>());
  useEffect(() => {
    for (const user of users ?? []) seen.set(user.id, user);
  }, [seen, users]);
  return new Map([...seen, ...(users ?? []).map((user) => [user.id, user] as const)]);
}

/** Cards have no header with a checkbox for the whole page. On phones it replaces the search, so that no card moves. */
function SelectPage({ selection }: { readonly selection: Selection }) {
  return (
    <Bar>
      <label className={styles["wholePage"]} htmlFor={selectPageCheckboxId}>
        <SelectPageCheckbox selection={selection} />
        <Trans>All on this page</Trans>
      </label>
    </Bar>
  );
}

/**
 * Moves the focus after the bulk bar was removed: to the checkbox in the table header, or to the page's heading if a
 * message is shown above it.
 */
function useFocusAfterSelection(isSelecting: boolean) {
  const was = useRef(isSelecting);
  const next = useRef<"box" | "page">("box");
  useEffect(() => {
    if (was.current && !isSelecting) {
      const box = document.getElementById(selectPageCheckboxId);
      if (next.current === "page" || (isFocusLost() && box === null)) focusPage();
      else if (isFocusLost()) box?.focus();
      next.current = "box";
    }
    was.current = isSelecting;
  }, [isSelecting]);
  return next;
}

function isFocusLost(): boolean {
  return document.activeElement === document.body;
}
