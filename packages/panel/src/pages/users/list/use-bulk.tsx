import type { UserView } from "@gatehouse/sdk/contract";
import { Trans } from "@lingui/react/macro";
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { PageBox, pageBoxId } from "../../../app/lists/row-boxes.tsx";
import { type Selection, useSelection } from "../../../app/lists/use-selection.ts";
import { focusPage } from "../../../app/navigation/use-focus-on-navigation.ts";
import { useSession } from "../../../app/session/session.tsx";
import { Bar } from "../../../ui/page.tsx";
import { useIsNarrow } from "../../../ui/use-media-query.ts";
import type { ShownUsers } from "./use-users.ts";
import styles from "./users.module.css";

/** Who selects nobody needs none of it. */
const BulkActions = lazy(async () => ({
  default: (await import("./bulk/bulk-actions.tsx")).BulkActions,
}));

interface Bulk {
  /** Null without the right to do anything to several users. */
  readonly selection: Selection | null;
  readonly isSelecting: boolean;
  /** Stands in place of the filters while somebody is selected; null otherwise. */
  readonly bar: ReactNode;
}

/** What is selected in the list, and the bar of what can be done with it. */
export function useBulk({ users, total, search }: ShownUsers): Bulk {
  const { permissions } = useSession();
  const canAct =
    permissions.has("users:suspend") || (permissions.has("roles:assign") && permissions.has("roles:view"));
  const { q, status, role } = search;
  const ids = useMemo(() => (users ?? []).map(({ id }) => id), [users]);
  const selection = useSelection(JSON.stringify([q, status, role]), ids);
  const seen = useSeenUsers(users);
  const isSelecting = canAct && !selection.isEmpty;
  const isNarrow = useIsNarrow();
  const focusNext = useFocusAfter(isSelecting);
  if (!canAct) return { selection: null, isSelecting, bar: null };
  if (!isSelecting) return { selection, isSelecting, bar: null };
  const known = [...selection.ids].flatMap((id) => seen.get(id) ?? []);
  const bar = (
    <>
      {isNarrow ? <WholePage selection={selection} /> : null}
      <Suspense fallback={<div className={styles["barPlace"]} />}>
        <BulkActions
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
    </>
  );
  return { selection, isSelecting, bar };
}

/** Users of every page that was in sight, as they were then; those in sight as they are. */
function useSeenUsers(users: readonly UserView[] | null): ReadonlyMap<string, UserView> {
  const [seen] = useState(() => new Map<string, UserView>());
  useEffect(() => {
    for (const user of users ?? []) seen.set(user.id, user);
  }, [seen, users]);
  return new Map([...seen, ...(users ?? []).map((user) => [user.id, user] as const)]);
}

/** On phones no head has the box for the whole page: it stands in the place of the search, so that no card moves. */
function WholePage({ selection }: { readonly selection: Selection }) {
  return (
    <Bar>
      <label className={styles["wholePage"]} htmlFor={pageBoxId}>
        <PageBox selection={selection} />
        <Trans>All on this page</Trans>
      </label>
    </Bar>
  );
}

/**
 * The bar is gone, and the focus with it: on to the box in the list's head, or to the page's heading where something is
 * said above it.
 */
function useFocusAfter(isSelecting: boolean) {
  const was = useRef(isSelecting);
  const next = useRef<"box" | "page">("box");
  useEffect(() => {
    if (was.current && !isSelecting) {
      const box = document.getElementById(pageBoxId);
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
