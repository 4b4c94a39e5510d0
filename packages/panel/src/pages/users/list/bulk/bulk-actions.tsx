import type { Total, UserView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { countText } from "../../../../app/lists/counts.ts";
import type { Selection } from "../../../../app/lists/use-selection.ts";
import { useCan } from "../../../../app/session/session.tsx";
import { useShortcut, useShortcuts } from "../../../../app/shortcuts/shortcuts.tsx";
import { BulkBar } from "../../../../ui/bulk-bar.tsx";
import { Button } from "../../../../ui/button.tsx";
import { DoneIcon, MinusIcon, PausedIcon, PlusIcon } from "../../../../ui/icons.tsx";
import { LinkButton } from "../../../../ui/text.tsx";
import type { ListSearch } from "../list-search.ts";
import { countRoles, usefulActions } from "./known-users.ts";
import { RoleDialog } from "./role-dialog.tsx";
import { StatusDialog } from "./status-dialog.tsx";
import type { Chosen } from "./use-start-job.ts";

type Action = "add-role" | "remove-role" | "suspend" | "restore";

interface BulkActionsProps {
  readonly selection: Selection;
  readonly search: ListSearch;
  /** Of what is searched and filtered for. */
  readonly total: Total | null;
  /** The users who are selected; null where not all of them have been in sight. */
  readonly users: readonly UserView[] | null;
  readonly onClear: () => void;
  readonly onStarted: () => void;
}

/** What can be done with the users who are selected, and the question before it. */
export function BulkActions({ selection, search, total, users, onClear, onStarted }: BulkActionsProps) {
  const { t, i18n } = useLingui();
  const [action, setAction] = useState<Action | null>(null);
  const canAssign = useCanAssign();
  useShortcut({ keys: "r", label: t`Add role` }, canAssign ? () => setAction("add-role") : null);
  const { ids, isAll } = selection;
  const matching = total?.count ?? 0;
  const all = total === null ? "" : countText(total, i18n);
  const close = () => setAction(null);
  const dialog = { chosen: chosenBy(selection, search, total), onStarted, onClose: close };
  return (
    <>
      <BulkBar
        count={isAll ? matching : ids.size}
        isAtLeast={isAll && total?.exact === false}
        onClear={onClear}
        all={
          matching <= ids.size && !isAll ? null : (
            <LinkButton onClick={isAll ? selection.selectOnly : selection.selectAll}>
              {isAll ? (
                <Trans>Only those of this page</Trans>
              ) : (
                <Trans context="users">Select all {all} matching</Trans>
              )}
            </LinkButton>
          )
        }
      >
        <ActionButtons useful={usefulActions(users, isAll ? search.status : undefined)} onAct={setAction} />
      </BulkBar>
      {action === "add-role" || action === "remove-role" ? (
        <RoleDialog {...dialog} action={action} held={countRoles(users)} filter={search.role} />
      ) : null}
      {action === "suspend" || action === "restore" ? <StatusDialog {...dialog} action={action} /> : null}
    </>
  );
}

interface ActionButtonsProps {
  readonly useful: ReturnType<typeof usefulActions>;
  readonly onAct: (action: Action) => void;
}

function ActionButtons({ useful, onAct }: ActionButtonsProps) {
  const canAssign = useCanAssign();
  const { hasSingleKeys } = useShortcuts();
  const canSuspend = useCan("users:suspend");
  return (
    <>
      {canAssign ? (
        <>
          <Button
            icon={<PlusIcon />}
            aria-haspopup="dialog"
            {...(hasSingleKeys ? { hint: "R" } : {})}
            shortcut="r"
            onClick={() => onAct("add-role")}
          >
            <Trans>Add role</Trans>
          </Button>
          <Button icon={<MinusIcon />} aria-haspopup="dialog" onClick={() => onAct("remove-role")}>
            <Trans>Remove role</Trans>
          </Button>
        </>
      ) : null}
      {canSuspend && useful.suspend ? (
        <Button icon={<PausedIcon />} aria-haspopup="dialog" onClick={() => onAct("suspend")}>
          <Trans>Suspend</Trans>
        </Button>
      ) : null}
      {canSuspend && useful.restore ? (
        <Button icon={<DoneIcon />} aria-haspopup="dialog" onClick={() => onAct("restore")}>
          <Trans>Restore</Trans>
        </Button>
      ) : null}
    </>
  );
}

function useCanAssign(): boolean {
  const seesRoles = useCan("roles:view");
  return useCan("roles:assign") && seesRoles;
}

function chosenBy({ ids, isAll }: Selection, search: ListSearch, total: Total | null): Chosen {
  if (!isAll) return { users: { ids: [...ids] }, count: ids.size };
  const { q, role, status } = search;
  const matching = {
    ...(q === undefined ? {} : { query: q }),
    ...(role === undefined ? {} : { role }),
    ...(status === undefined ? {} : { status }),
  };
  return { users: { matching }, count: total?.exact === true ? total.count : null };
}
