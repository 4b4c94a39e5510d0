import type { Total, UserStatus, UserView } from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { Selection } from "../../../lib/lists/list-rows.tsx";
import { formatCount } from "../../../lib/lists/paging.ts";
import { useCan, useOrganization } from "../../../lib/session/session.tsx";
import { useShortcut, useShortcuts } from "../../../lib/shortcuts/shortcuts.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { DoneIcon, MinusIcon, PausedIcon, PlusIcon } from "../../../ui/icons.tsx";
import { AlertDialog } from "../../../ui/overlays/dialog.tsx";
import { BulkBar } from "../../../ui/tables/bulk-bar.tsx";
import { LinkButton } from "../../../ui/text.tsx";
import { toFilterQuery, type UserSearch } from "../list/user-search.ts";
import { JobPreviewSummary, useJobPreview } from "./job-preview.tsx";
import { RoleDialog } from "./role-dialog.tsx";
import { useSensitiveConfirmation } from "./sensitive-confirmation.tsx";
import { type JobTarget, useStartJob } from "./use-start-job.ts";

type Action = "add-role" | "remove-role" | "suspend" | "restore";

interface UserBulkActionsProps {
  readonly selection: Selection;
  readonly search: UserSearch;
  /** Number of matching users. */
  readonly total: Total | null;
  /** The selected users; null if not all of them were loaded. */
  readonly users: readonly UserView[] | null;
  readonly onClear: () => void;
  readonly onStarted: () => void;
}

/** Actions for the selected users, with their dialogs. */
export function UserBulkActions({
  selection,
  search,
  total,
  users,
  onClear,
  onStarted,
}: UserBulkActionsProps) {
  const { t, i18n } = useLingui();
  const [action, setAction] = useState<Action | null>(null);
  const canAssign = useCanAssign();
  useShortcut({ keys: "r", label: t`Add role` }, canAssign ? () => setAction("add-role") : null);
  const { ids, isAll } = selection;
  const matching = total?.count ?? 0;
  const all = total === null ? "" : formatCount(total, i18n);
  const close = () => setAction(null);
  const dialog = { chosen: toJobTarget(selection, search, total), onStarted, onClose: close };
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
                <Trans>Only this page</Trans>
              ) : (
                <Trans context="users">Select all {all} matching</Trans>
              )}
            </LinkButton>
          )
        }
      >
        <ActionButtons
          useful={listApplicableActions(users, isAll ? search.status : undefined)}
          onAct={setAction}
        />
      </BulkBar>
      {action === "add-role" || action === "remove-role" ? (
        <RoleDialog {...dialog} action={action} held={countRoles(users)} filter={search.role} />
      ) : null}
      {action === "suspend" || action === "restore" ? <StatusDialog {...dialog} action={action} /> : null}
    </>
  );
}

interface ActionButtonsProps {
  readonly useful: ReturnType<typeof listApplicableActions>;
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

function toJobTarget({ ids, isAll }: Selection, search: UserSearch, total: Total | null): JobTarget {
  if (!isAll) return { users: { ids: [...ids] }, count: ids.size };
  const { twoFactor, ...filters } = toFilterQuery(search);
  const matching = { ...filters, ...(twoFactor === undefined ? {} : { twoFactor: twoFactor === "true" }) };
  return { users: { matching }, count: total?.exact === true ? total.count : null };
}

interface StatusDialogProps {
  readonly action: "suspend" | "restore";
  readonly chosen: JobTarget;
  readonly onStarted: () => void;
  readonly onClose: () => void;
}

/** Asks for confirmation before many users are suspended or restored. */
function StatusDialog({ action, chosen, onStarted, onClose }: StatusDialogProps) {
  const { name: place } = useOrganization();
  const { start, isPending, problem } = useStartJob(chosen, onStarted);
  const { count } = chosen;
  const isSuspension = action === "suspend";
  const preview = useJobPreview(chosen, { action });
  const confirmation = useSensitiveConfirmation(preview.isSensitive);
  const isRead = preview.query.data !== undefined;
  return (
    <AlertDialog
      isOpen
      title={isSuspension ? <SuspendTitle count={count} /> : <RestoreTitle count={count} />}
      confirm={isSuspension ? <SuspendVerb count={count} /> : <RestoreVerb count={count} />}
      onCancel={onClose}
      onConfirm={() => (isRead && confirmation.check() ? start({ action }) : undefined)}
      isPending={isPending || !isRead}
      choice={
        <>
          <JobPreviewSummary preview={preview} action={action} />
          {confirmation.field}
        </>
      }
      {...(problem === null ? {} : { problem })}
    >
      {isSuspension ? (
        <Trans>
          They are signed out immediately and can’t use {place} until someone restores their access. They keep
          their roles. You can undo this.
        </Trans>
      ) : (
        <Trans>They can sign in to {place} again, with the roles that they had. You can undo this.</Trans>
      )}
    </AlertDialog>
  );
}

interface Counted {
  readonly count: number | null;
}

function SuspendTitle({ count }: Counted) {
  if (count === null) return <Trans>Suspend all matching users?</Trans>;
  return <Plural value={count} one="Suspend # user?" other="Suspend # users?" />;
}

function RestoreTitle({ count }: Counted) {
  if (count === null) return <Trans>Restore access for all matching users?</Trans>;
  return <Plural value={count} one="Restore access for # user?" other="Restore access for # users?" />;
}

function SuspendVerb({ count }: Counted) {
  if (count === null) return <Trans>Suspend all</Trans>;
  return <Plural value={count} one="Suspend # user" other="Suspend # users" />;
}

function RestoreVerb({ count }: Counted) {
  if (count === null) return <Trans>Restore all</Trans>;
  return <Plural value={count} one="Restore # user" other="Restore # users" />;
}

/** The actions that apply to the selected users; all possible ones if the users are not known. */
export function listApplicableActions(
  users: readonly UserView[] | null,
  filter: UserStatus | undefined,
): { readonly suspend: boolean; readonly restore: boolean } {
  const has = (status: UserStatus) =>
    users === null ? (filter ?? status) === status : users.some((user) => user.status === status);
  return { suspend: has("active"), restore: has("suspended") };
}

/** The number of users with each role; null if the users are not known. */
export function countRoles(users: readonly UserView[] | null): ReadonlyMap<string, number> | null {
  if (users === null) return null;
  const counts = new Map<string, number>();
  for (const { roles } of users) for (const { id } of roles) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
