import type { RoleView } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo, useState } from "react";
import { AlertDialog } from "../../ui/dialog.tsx";
import { Reason } from "../../ui/reason.tsx";
import { Select } from "../../ui/select.tsx";
import { useProblemText } from "../problem-text.ts";
import { useOrganization, useSession } from "../session/session.tsx";
import { ceilingText, permissionLabels } from "../users/role-ceiling.ts";
import { useRolesQuery } from "../users/use-roles.ts";
import { useCatalogue } from "../words/use-catalogue.ts";
import {
  barrierTo,
  type DeletedRole,
  type Deleter,
  type DeletionBarrier,
  exchange,
  isInUse,
  replacementsFor,
} from "./deletion.ts";
import { impliedOf } from "./implied.ts";
import { useDeleteRole } from "./use-delete-role.ts";

interface RoleDeletionProps {
  readonly role: DeletedRole;
  readonly onClose: () => void;
  readonly onDeleted: (role: Pick<RoleView, "id">) => Promise<void>;
}

/** Asks before a role is deleted; while it is held or offered, also for the role that takes its place. */
export function RoleDeletion({ role: asked, onClose, onDeleted }: RoleDeletionProps) {
  const { t } = useLingui();
  const deleter = useDeleter();
  const roles = useRolesQuery().data;
  // The newest of what is known: somebody may have got the role since the page was loaded.
  const role = roles?.find(({ id }) => id === asked.id) ?? asked;
  const [replacementId, setReplacementId] = useState<string | null>(null);
  const [isMissing, setMissing] = useState(false);
  const problemText = useProblemText();
  const deletion = useDeleteRole({ onDeleted, onClose });
  const barrier = barrierTo(role, deleter);
  const replacement = roles?.find(({ id }) => id === replacementId) ?? null;
  const problem = deletion.error === null ? null : problemText(deletion.error);
  const needsReplacement = isInUse(role);
  function confirm() {
    if (needsReplacement && replacement === null) setMissing(true);
    else deletion.mutate({ role, replacement });
  }
  return (
    <AlertDialog
      title={barrier === null ? t`Delete ${role.name}?` : t`${role.name} can’t be deleted`}
      isOpen
      onCancel={onClose}
      onConfirm={confirm}
      confirm={barrier === null ? t`Delete role` : null}
      {...(barrier === null ? {} : { cancel: t`Close` })}
      isPending={deletion.isPending}
      isDestructive
      {...(problem === null ? {} : { problem: `${problem.title}. ${problem.text}` })}
      {...(barrier !== null || !needsReplacement
        ? {}
        : {
            choice: (
              <ReplacementChoice
                role={role}
                roles={roles ?? []}
                deleter={deleter}
                value={replacement}
                isMissing={isMissing}
                onChoose={(id) => {
                  setReplacementId(id);
                  setMissing(false);
                }}
              />
            ),
          })}
    >
      {barrier === null ? <Consequence role={role} /> : <Barrier role={role} barrier={barrier} />}
    </AlertDialog>
  );
}

function useDeleter(): Deleter {
  const { permissions } = useSession();
  const { roles } = useOrganization();
  return useMemo(() => ({ permissions, roleIds: new Set(roles.map(({ id }) => id)) }), [permissions, roles]);
}

/** What a deletion does, before anything is chosen. */
function Consequence({ role }: { readonly role: DeletedRole }) {
  const { t } = useLingui();
  const { userCount, invitationCount } = role;
  if (!isInUse(role))
    return <Trans>Nobody holds it and no invitation offers it. It can’t be brought back.</Trans>;
  const people = t`${plural(userCount, { one: "# person holds it", other: "# people hold it" })}`;
  const offers = t`${plural(invitationCount, { one: "# invitation offers it", other: "# invitations offer it" })}`;
  const uses = userCount === 0 ? offers : invitationCount === 0 ? people : t`${people} and ${offers}`;
  return <Trans>{uses}. Choose the role that takes its place; the deleted role can’t be brought back.</Trans>;
}

/** Why it can't be deleted, and by whom it can. */
function Barrier({ role, barrier }: { readonly role: DeletedRole; readonly barrier: DeletionBarrier }) {
  const { i18n } = useLingui();
  const { groups } = useCatalogue();
  if (barrier.reason === "system")
    return <Trans>It is built in. An organization always needs somebody who may do everything.</Trans>;
  if (barrier.reason === "own")
    return <Trans>You hold this role, so this would change your own rights. Ask another manager.</Trans>;
  const labels = permissionLabels(groups);
  const missing = barrier.missing.map((permission) => labels.get(permission) ?? permission);
  const isLong = missing.length > 3;
  const named = missing.slice(0, 3);
  const list = isLong ? named.join(", ") : new Intl.ListFormat(i18n.locale).format(named);
  return isLong ? (
    <Trans>
      {role.name} gives more than you hold: {list} and others. Ask somebody who holds them.
    </Trans>
  ) : (
    <Trans>
      {role.name} gives what you don’t hold: {list}. Ask somebody who does.
    </Trans>
  );
}

interface ReplacementChoiceProps {
  readonly role: DeletedRole;
  readonly roles: readonly RoleView[];
  readonly deleter: Deleter;
  readonly value: RoleView | null;
  readonly isMissing: boolean;
  readonly onChoose: (roleId: string) => void;
}

/** The role that takes the place; those beyond the ceiling are there too, and say why not. */
function ReplacementChoice({ role, roles, deleter, value, isMissing, onChoose }: ReplacementChoiceProps) {
  const { t, i18n } = useLingui();
  const { groups } = useCatalogue();
  const labels = useMemo(() => permissionLabels(groups), [groups]);
  const replacements = useMemo(() => replacementsFor(role, roles, deleter), [role, roles, deleter]);
  if (replacements.every(({ missing }) => missing.length > 0))
    return (
      <Reason tone="locked">
        <Trans>There is no other role that you may give. Make one first, then delete this one.</Trans>
      </Reason>
    );
  return (
    <>
      <Select
        label={t`Takes its place`}
        value={value?.id ?? null}
        placeholder={t`Choose a role`}
        error={isMissing ? t`Choose the role that takes its place` : undefined}
        choices={replacements.map(({ role: { id, name, description }, missing }) => {
          const about = missing.length > 0 ? ceilingText(name, missing, labels, i18n) : description;
          return { value: id, text: name, isLocked: missing.length > 0, ...(about === "" ? {} : { about }) };
        })}
        onChange={onChoose}
      />
      {value === null ? null : <Exchange from={role} to={value} />}
    </>
  );
}

/** What changes for those who are moved. */
function Exchange({ from, to }: { readonly from: DeletedRole; readonly to: RoleView }) {
  const { t } = useLingui();
  const { groups } = useCatalogue();
  const { gained, lost } = exchange(from, to, impliedOf(groups));
  const fewer = t`${plural(lost, { one: "# permission fewer", other: "# permissions fewer" })}`;
  const more = t`${plural(gained, { one: "# more", other: "# more" })}`;
  if (gained + lost === 0)
    return (
      <Reason>
        <Trans>{to.name} gives exactly the same permissions.</Trans>
      </Reason>
    );
  return (
    <Reason tone={lost > 0 ? "warn" : "plain"}>
      {lost === 0 ? (
        <Trans>
          {to.name} gives everything that {from.name} gives, and {more}.
        </Trans>
      ) : gained === 0 ? (
        <Trans>
          {to.name} gives {fewer} than {from.name}.
        </Trans>
      ) : (
        <Trans>
          {to.name} gives {fewer} than {from.name}, and {more} that {from.name} doesn’t give.
        </Trans>
      )}
    </Reason>
  );
}
