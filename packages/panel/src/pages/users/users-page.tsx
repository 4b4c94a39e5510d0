import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { usePageTitle } from "../../app/navigation/use-page-title.ts";
import { PermissionGate } from "../../app/session/permission-gate.tsx";
import { useCan } from "../../app/session/session.tsx";
import { useShortcut, useShortcuts } from "../../app/shortcuts/shortcuts.tsx";
import { rememberSearch } from "../../app/users/last-search.ts";
import { Button } from "../../ui/button.tsx";
import { PlusIcon } from "../../ui/icons.tsx";
import { UserList } from "./list/user-list.tsx";

/**
 * The invitation's dialog, loaded right after the list: whoever presses I types on at once, so it must open in the same
 * moment, without the pause that `Suspense` makes.
 */
function useInviteDialog(isWanted: boolean) {
  const [dialog, setDialog] = useState<typeof import("./invite/invite-dialog.tsx") | null>(null);
  useEffect(() => {
    if (isWanted) void import("./invite/invite-dialog.tsx").then(setDialog);
  }, [isWanted]);
  return dialog?.InviteDialog ?? null;
}

const route = getRouteApi("/shell/users");

/** The list of users, and the invitation of new ones. */
export function UsersPage() {
  const { t } = useLingui();
  usePageTitle(t`Users`);
  return (
    <PermissionGate permission="users:view" name={t`View users`}>
      <UsersWithInvitation />
    </PermissionGate>
  );
}

function UsersWithInvitation() {
  const { t } = useLingui();
  const canInvite = useCan("users:invite");
  const { hasSingleKeys } = useShortcuts();
  const [invited, setInvited] = useState<string | null>(null);
  const open = () => setInvited("");
  useShortcut({ keys: "i", label: t`Invite user` }, canInvite ? open : null);
  const InviteDialog = useInviteDialog(canInvite);
  const search = route.useSearch();
  useEffect(() => rememberSearch(search), [search]);
  return (
    <>
      <UserList
        onInvite={canInvite ? setInvited : null}
        invite={
          canInvite ? (
            <Button
              variant="primary"
              icon={<PlusIcon />}
              onClick={open}
              aria-haspopup="dialog"
              {...(hasSingleKeys ? { hint: "I", shortcut: "i" } : {})}
            >
              <Trans>Invite user</Trans>
            </Button>
          ) : null
        }
      />
      {invited === null || InviteDialog === null ? null : (
        <InviteDialog address={invited} onClose={() => setInvited(null)} />
      )}
    </>
  );
}
