import { difference, permissionSet } from "@gatehouse/access";
import type { CatalogueGroup, RoleChange, RoleView } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { ProblemNotice, ProblemState, useProblemText } from "../../../lib/api/problem-text.tsx";
import { ApiProblem } from "../../../lib/api/request.ts";
import {
  indexPermissionLabels,
  indexQualifiedLabels,
  useCatalogue,
} from "../../../lib/labels/permission-catalogue.ts";
import { PermissionDifference } from "../../../lib/labels/permission-difference.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import { ChangeBadge } from "../../../ui/data-display/badges.tsx";
import { LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { Dialog } from "../../../ui/overlays/dialog.tsx";
import styles from "./role.module.css";
import { getChanges, isChanged, listChangedTexts, type RoleDraft, type RoleTextField } from "./role-draft.ts";
import { TextFieldLabel } from "./role-fields.tsx";
import { findTakenName, type RolePreview, useSaveRole, type VersionedRole } from "./use-role.ts";

interface RoleReviewProps {
  readonly role: RoleView;
  readonly draft: RoleDraft;
  readonly groups: readonly CatalogueGroup[];
  readonly preview: RolePreview | null;
  readonly conflict: ReactNode;
  readonly onClose: () => void;
  readonly onSaved: (saved: VersionedRole) => void;
  /** Another role has the name; it is corrected outside the review. */
  readonly onNameTaken: (field: RoleTextField) => void;
}

/** The effect of the changes before they are saved. Stays open after a conflict with another user. */
export function RoleReview(props: RoleReviewProps) {
  const { role, draft, groups, preview, conflict, onClose } = props;
  const { t } = useLingui();
  const words = useMemo(() => indexPermissionLabels(groups), [groups]);
  const saving = useSave(props);
  const hasChanges = isChanged(draft);
  // Saving is possible only after the preview has loaded. After an error the button appears again, with the focus.
  const isRead = preview === null || preview.change !== undefined;
  const isTold = draft.conflict !== null && isStale(saving.error);
  return (
    <Dialog
      title={hasChanges ? t`Review the changes of ${role.name}` : t`Nothing is left to save`}
      shape="review"
      isOpen
      onClose={onClose}
      onSubmit={() => (isRead && hasChanges ? saving.mutate() : undefined)}
      actions={
        <>
          <Button onClick={onClose}>{hasChanges ? <Trans>Keep editing</Trans> : <Trans>Close</Trans>}</Button>
          {hasChanges && preview?.error == null ? (
            <Button variant="primary" type="submit" hint="↵" pending={saving.isPending || !isRead} autoFocus>
              <Trans>Save role</Trans>
            </Button>
          ) : null}
        </>
      }
    >
      {conflict}
      <ProblemNotice error={isTold ? null : saving.error} />
      {listChangedTexts(draft).map((field) => (
        <p key={field} className={styles["second"]}>
          <TextFieldLabel field={field} />:{" "}
          {field.startsWith("name") && draft.saved.texts[field] !== ""
            ? `${draft.saved.texts[field]} → `
            : ""}
          {draft.texts[field].trim() === "" ? <Trans>removed</Trans> : <b>{draft.texts[field].trim()}</b>}
        </p>
      ))}
      {preview === null ? null : preview.change === undefined ? (
        preview.error === null ? (
          <LoadingState>
            <Skeleton size="long" />
            <Skeleton size="long" />
          </LoadingState>
        ) : (
          <ProblemState error={preview.error} onRetry={preview.retry} />
        )
      ) : (
        <>
          <AffectedUsers change={preview.change} userCount={role.userCount} />
          <PermissionDifference change={preview.change} labels={words} />
        </>
      )}
    </Dialog>
  );
}

interface AffectedUsersProps {
  readonly change: RoleChange;
  /** The number of users with the role. */
  readonly userCount: number;
}

/** For how many users and invitations something changes, and why not for the others. */
function AffectedUsers({ change: { users, invitations }, userCount }: AffectedUsersProps) {
  const { t, i18n } = useLingui();
  const others = Math.max(0, userCount - users);
  const all = i18n.number(userCount);
  return (
    <p className={styles["second"]}>
      <b>
        {users === 0 || others === 0
          ? t`${plural(users, {
              0: "Nobody’s permissions change today.",
              one: "# person’s permissions change immediately.",
              other: "The permissions of # people change immediately.",
            })}`
          : t`${plural(users, {
              one: `Of the ${all} people with this role, the permissions of # person change immediately.`,
              other: `Of the ${all} people with this role, the permissions of # people change immediately.`,
            })}`}
      </b>{" "}
      {others === 0
        ? null
        : t`${plural(others, {
            one: "For # person nothing changes, because another of their roles gives the same permissions.",
            other: "For # people nothing changes, because another of their roles gives the same permissions.",
          })}`}{" "}
      {invitations > 0
        ? t`${plural(invitations, {
            one: "# pending invitation will give different permissions.",
            other: "# pending invitations will give different permissions.",
          })}`
        : null}
    </p>
  );
}

function isStale(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 412;
}

function useSave({ role, draft, onSaved, onNameTaken }: RoleReviewProps) {
  const { t } = useLingui();
  const say = useStatusMessage();
  const { save, reload } = useSaveRole();
  return useMutation({
    mutationFn: () => save(role.id, getChanges(draft), draft.version),
    onSuccess(saved) {
      onSaved(saved);
      say({ tone: "good", text: t`The role ${saved.body.name} is saved` });
    },
    async onError(error) {
      if (isStale(error)) await reload(role.id);
      const taken = findTakenName(error);
      if (taken !== null) onNameTaken(taken);
    },
  });
}

interface ImpactSummaryProps {
  readonly draft: RoleDraft;
  readonly preview: RolePreview | null;
  readonly groups: readonly CatalogueGroup[];
}

/**
 * What the changes take away and give, and how many people they affect: "37 people lose “Segments: Delete”". With more
 * than one permission the people are counted separately, because some lose or gain only a part of them.
 */
export function ImpactSummary({ draft, preview, groups }: ImpactSummaryProps) {
  const { t } = useLingui();
  const problemText = useProblemText();
  const { lost, gained } = useDifference(draft);
  const count = lost.length + gained.length + listChangedTexts(draft).length;
  const users = preview?.change?.users;
  const isSingle = lost.length + gained.length === 1;
  const counted = isSingle ? users : undefined;
  return (
    <>
      <strong>{t`${plural(count, { 0: "Nothing changes for anybody", one: "# change", other: "# changes" })}`}</strong>
      {lost.length === 0 ? null : (
        <ChangeBadge change="lost">
          <Lost permissions={lost} users={counted} groups={groups} />
        </ChangeBadge>
      )}
      {gained.length === 0 ? null : (
        <ChangeBadge change="gained">
          <Gained permissions={gained} users={counted} groups={groups} />
        </ChangeBadge>
      )}
      {users === undefined || isSingle ? null : (
        <span>{t`${plural(users, { 0: "Nobody is affected today", one: "# person affected", other: "# people affected" })}`}</span>
      )}
      {preview === null || preview.error === null ? null : (
        <span role="alert">
          <InlineNotice tone="bad">{problemText(preview.error).title}</InlineNotice>
        </span>
      )}
    </>
  );
}

interface ChangedProps {
  readonly permissions: readonly string[];
  /** Number of affected users; undefined if it is not known or counted separately. */
  readonly users: number | undefined;
  readonly groups: readonly CatalogueGroup[];
}

function Lost({ permissions, users, groups }: ChangedProps) {
  const { t } = useLingui();
  const what = useChangedPermissionsText(permissions, groups);
  if (users === undefined) return <Trans>Takes away {what}</Trans>;
  return t`${plural(users, {
    0: `Nobody loses ${what} today`,
    one: `# person loses ${what}`,
    other: `# people lose ${what}`,
  })}`;
}

function Gained({ permissions, users, groups }: ChangedProps) {
  const { t } = useLingui();
  const what = useChangedPermissionsText(permissions, groups);
  if (users === undefined) return <Trans>Gives {what}</Trans>;
  return t`${plural(users, {
    0: `Nobody gains ${what} today`,
    one: `# person gains ${what}`,
    other: `# people gain ${what}`,
  })}`;
}

/** The name of a single permission, or the number of permissions. */
function useChangedPermissionsText(
  permissions: readonly string[],
  groups: readonly CatalogueGroup[],
): string {
  const { t } = useLingui();
  const [first = ""] = permissions;
  const name = useMemo(() => indexQualifiedLabels(groups), [groups]).get(first) ?? first;
  if (permissions.length === 1) return t`“${name}”`;
  return t`${plural(permissions.length, { one: "# permission", other: "# permissions" })}`;
}

/** The permissions that the draft adds and removes, implied ones included. */
function useDifference({ saved, chosen }: RoleDraft) {
  const { catalogue } = useCatalogue();
  return useMemo(() => {
    if (catalogue === null) return { lost: [], gained: [] };
    const compile = (permissions: Iterable<string>) => permissionSet.fromStoredNames(catalogue, permissions);
    return difference(compile(saved.permissions), compile(chosen));
  }, [catalogue, saved, chosen]);
}
