import type { RoleView } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useMemo, useState } from "react";
import { formatCeilingError, useGrantCeiling } from "../../../lib/access/grant-ceiling.ts";
import { useProblemSentence } from "../../../lib/api/problem-text.tsx";
import { useApiQuery } from "../../../lib/api/use-api.tsx";
import { indexQualifiedLabels, useCatalogue } from "../../../lib/labels/permission-catalogue.ts";
import { useCan, useOrganization } from "../../../lib/session/session.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Select } from "../../../ui/forms/select.tsx";
import { AlertDialog } from "../../../ui/overlays/dialog.tsx";
import { useRolesQuery } from "../use-roles.ts";
import {
  countDifference,
  type DeletedRole,
  type DeletionActor,
  type DeletionBlocker,
  getDeletionBlocker,
  isInUse,
  listReplacements,
  useDeleteRole,
} from "./deletion.ts";

interface DeleteRoleDialogProps {
  readonly role: DeletedRole;
  readonly onClose: () => void;
  readonly onDeleted: (role: Pick<RoleView, "id">) => Promise<void>;
}

/** Confirms the deletion of a role. A role in use needs a replacement. */
function DeleteRoleDialog({ role: initialRole, onClose, onDeleted }: DeleteRoleDialogProps) {
  const { t } = useLingui();
  const actor = useDeletionActor();
  const roles = useRolesQuery().data;
  const loaded = useApiQuery("GET /organizations/:organizationId/roles/:roleId", {
    params: { roleId: initialRole.id },
  });
  // The newest version, which the page of the role shows, too: the role may have been assigned since the list was loaded.
  const role = loaded.data?.body ?? initialRole;
  const [replacementId, setReplacementId] = useState<string | null>(null);
  const [isMissing, setMissing] = useState(false);
  const problemSentence = useProblemSentence();
  const deletion = useDeleteRole({ onDeleted, onClose });
  const blocker = getDeletionBlocker(role, actor);
  const replacement = roles?.find(({ id }) => id === replacementId) ?? null;
  const problem = deletion.error === null ? null : problemSentence(deletion.error);
  const needsReplacement = isInUse(role);
  function confirm() {
    if (needsReplacement && replacement === null) setMissing(true);
    else deletion.mutate({ role, replacement });
  }
  return (
    <AlertDialog
      title={blocker === null ? t`Delete ${role.name}?` : t`${role.name} can’t be deleted`}
      isOpen
      onCancel={onClose}
      onConfirm={confirm}
      confirm={blocker === null ? t`Delete role` : null}
      {...(blocker === null ? {} : { cancel: t`Close` })}
      isPending={deletion.isPending}
      isDestructive
      {...(problem === null ? {} : { problem })}
      {...(blocker !== null || !needsReplacement
        ? {}
        : {
            choice: (
              <ReplacementChoice
                role={role}
                roles={roles ?? []}
                actor={actor}
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
      {blocker === null ? <Consequence role={role} /> : <BlockerText role={role} blocker={blocker} />}
    </AlertDialog>
  );
}

/** Whether the signed-in user may delete a role: it is offered only then. */
export function useCanDeleteRole(): (role: DeletedRole) => boolean {
  const canDelete = useCan("roles:delete");
  const actor = useDeletionActor();
  return (role) => canDelete && getDeletionBlocker(role, actor) === null;
}

function useDeletionActor(): DeletionActor {
  const ceiling = useGrantCeiling();
  const { roles } = useOrganization();
  return useMemo(() => ({ ceiling, roleIds: new Set(roles.map(({ id }) => id)) }), [ceiling, roles]);
}

/** The consequences, before a replacement is selected. */
function Consequence({ role }: { readonly role: DeletedRole }) {
  const { t } = useLingui();
  const { userCount, invitationCount } = role;
  if (!isInUse(role))
    return <Trans>Nobody has this role and no invitation includes it. It can’t be restored.</Trans>;
  const people = t`${plural(userCount, { one: "# person has it", other: "# people have it" })}`;
  const offers = t`${plural(invitationCount, { one: "# invitation includes it", other: "# invitations include it" })}`;
  const uses = userCount === 0 ? offers : invitationCount === 0 ? people : t`${people} and ${offers}`;
  return <Trans>{uses}. Choose a replacement role. The deleted role can’t be restored.</Trans>;
}

/** Why the role can't be deleted, and who can delete it. */
function BlockerText({ role, blocker }: { readonly role: DeletedRole; readonly blocker: DeletionBlocker }) {
  const { i18n } = useLingui();
  const { groups } = useCatalogue();
  if (blocker.reason === "system")
    return <Trans>It is built in. An organization always needs someone with every permission.</Trans>;
  if (blocker.reason === "own")
    return (
      <Trans>
        You have this role, so this would change your own permissions. Ask another access manager.
      </Trans>
    );
  const labels = indexQualifiedLabels(groups);
  const missing = blocker.missing.map((permission) => labels.get(permission) ?? permission);
  const isLong = missing.length > 3;
  const named = missing.slice(0, 3);
  const list = isLong ? named.join(", ") : new Intl.ListFormat(i18n.locale).format(named);
  return isLong ? (
    <Trans>
      {role.name} gives permissions that you don’t have: {list} and others. Ask someone who has them.
    </Trans>
  ) : (
    <Trans>
      {role.name} gives permissions that you don’t have: {list}. Ask someone who has them.
    </Trans>
  );
}

interface ReplacementChoiceProps {
  readonly role: DeletedRole;
  readonly roles: readonly RoleView[];
  readonly actor: DeletionActor;
  readonly value: RoleView | null;
  readonly isMissing: boolean;
  readonly onChoose: (roleId: string) => void;
}

/** Selects the replacement; roles that can't be assigned are disabled, with the reason. */
function ReplacementChoice({ role, roles, actor, value, isMissing, onChoose }: ReplacementChoiceProps) {
  const { t, i18n } = useLingui();
  const { groups } = useCatalogue();
  const labels = useMemo(() => indexQualifiedLabels(groups), [groups]);
  const replacements = useMemo(() => listReplacements(role, roles, actor), [role, roles, actor]);
  if (replacements.every(({ decision }) => !decision.allowed))
    return (
      <InlineNotice tone="locked">
        <Trans>There is no other role that you can give. Create one first, then delete this one.</Trans>
      </InlineNotice>
    );
  return (
    <>
      <Select
        label={t`Replace with`}
        value={value?.id ?? null}
        placeholder={t`Choose a role`}
        error={isMissing ? t`Choose a replacement role` : undefined}
        choices={replacements.map(({ role: { id, name, description }, decision }) => {
          const about = decision.allowed
            ? description
            : formatCeilingError(name, decision.missing, labels, i18n);
          return { value: id, text: name, isLocked: !decision.allowed, ...(about === "" ? {} : { about }) };
        })}
        onChange={onChoose}
      />
      {value === null ? null : <ReplacementImpact from={role} to={value} />}
    </>
  );
}

/** What changes for the affected users. */
function ReplacementImpact({ from, to }: { readonly from: DeletedRole; readonly to: RoleView }) {
  const { t } = useLingui();
  const { catalogue } = useCatalogue();
  if (catalogue === null) return null;
  const { gained, lost } = countDifference(catalogue, from, to);
  const fewer = t`${plural(lost, { one: "# permission fewer", other: "# permissions fewer" })}`;
  const more = t`${plural(gained, { one: "# more", other: "# more" })}`;
  if (gained + lost === 0)
    return (
      <InlineNotice>
        <Trans>{to.name} gives exactly the same permissions.</Trans>
      </InlineNotice>
    );
  return (
    <InlineNotice tone={lost > 0 ? "warn" : "plain"}>
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
    </InlineNotice>
  );
}

/** Opens the confirmation dialog of a deletion. */
interface RoleDeletion {
  readonly requestDeletion: (role: DeletedRole) => void;
  readonly dialog: ReactNode;
}

/**
 * Deletes roles, from a list or from the page of a role. `onDeleted` may navigate to another page, where the result is
 * shown.
 *
 * @example const { requestDeletion, dialog } = useRoleDeletion({ onDeleted: () => navigate({ to: "/roles" }) });
 */
export function useRoleDeletion({
  onDeleted = noop,
}: {
  readonly onDeleted?: (role: Pick<RoleView, "id">) => Promise<void>;
} = {}): RoleDeletion {
  const [role, setRole] = useState<DeletedRole | null>(null);
  return {
    requestDeletion: setRole,
    dialog:
      role === null ? null : (
        <DeleteRoleDialog key={role.id} role={role} onClose={() => setRole(null)} onDeleted={onDeleted} />
      ),
  };
}

async function noop(): Promise<void> {}
