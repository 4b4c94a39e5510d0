import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { usePageTitle } from "../../../lib/navigation/page-change.ts";
import { useUnsavedGuard } from "../../../lib/navigation/use-unsaved-guard.tsx";
import { RequirePermission } from "../../../lib/session/session.tsx";
import { recallInTab, rememberInTab } from "../../../lib/storage/storage.ts";
import { ChevronLeftIcon } from "../../../ui/icons.tsx";
import { backClass, PageHeader } from "../../../ui/layout/page.tsx";
import { useRolesQuery } from "../../roles/use-roles.ts";
import { useInvitationOptions } from "../compose/invitation-options.tsx";
import { type CheckedPerson, CheckStep, isReady, useCheck } from "./check-step.tsx";
import { SendStep } from "./send-step.tsx";
import { usePeopleList } from "./use-list.ts";
import { useSending } from "./use-sending.ts";
import { WriteStep } from "./write-step.tsx";

/** Invites many people from a list or a file. */
export function InviteManyPage() {
  const { t } = useLingui();
  usePageTitle(t`Invite many`);
  return (
    <RequirePermission permission="users:invite" name={t`Invite users`}>
      <Link to="/invitations" className={backClass()}>
        <ChevronLeftIcon />
        <Trans>Invitations</Trans>
      </Link>
      <PageHeader title={<Trans>Invite many</Trans>} />
      <InviteManySteps />
    </RequirePermission>
  );
}

/** Three steps: enter the list, check it, send it. */
export function InviteManySteps() {
  const roles = useRolesQuery();
  const terms = useInvitationOptions(roles.data);
  // The text from the invite dialog is taken over once.
  const [initial] = useState(() => recallInTab("invite-many-text") ?? "");
  const list = usePeopleList(initial, roles.data);
  useEffect(() => rememberInTab("invite-many-text", null), []);
  const [checked, setChecked] = useState<readonly CheckedPerson[] | null>(null);
  const check = useCheck();
  const sending = useSending();
  const guard = useUnsavedGuard(list.text.trim() !== "" && sending.plan === null);
  const names = new Map((roles.data ?? []).map(({ id, name }) => [id, name]));
  if (sending.plan !== null)
    return (
      <SendStep
        plan={sending.plan}
        sending={sending}
        names={names}
        onMore={() => {
          sending.forget();
          setChecked(null);
          list.setText("");
        }}
      />
    );
  return (
    <>
      {checked === null ? (
        <WriteStep
          list={list}
          terms={terms}
          roles={roles}
          check={check}
          onCheck={(people) => check.mutate(people, { onSuccess: setChecked })}
        />
      ) : (
        <CheckStep
          checked={checked}
          names={names}
          onBack={() => setChecked(null)}
          onSend={() => {
            terms.rememberRoles();
            sending.begin(
              checked.filter(isReady).map(({ listed: { line, text: address, name, roleIds, offered } }) => ({
                line,
                text: address,
                roleIds,
                ...(offered === undefined ? {} : { offered }),
                ...(name === undefined ? {} : { name }),
              })),
              terms.terms(),
            );
          }}
        />
      )}
      {guard}
    </>
  );
}
