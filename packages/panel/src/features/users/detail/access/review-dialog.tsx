import type { PermissionChange, UserDetails } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Fragment, type ReactNode, useMemo } from "react";
import { useRoleEndFormat } from "../../../../lib/access/role-end.tsx";
import { ProblemNotice, ProblemState, useProblemSentence } from "../../../../lib/api/problem-text.tsx";
import { ApiProblem } from "../../../../lib/api/request.ts";
import { useApi, useApiQuery } from "../../../../lib/api/use-api.tsx";
import { indexPermissionLabels, useCatalogue } from "../../../../lib/labels/permission-catalogue.ts";
import { PermissionDifference } from "../../../../lib/labels/permission-difference.tsx";
import { useStatusMessage } from "../../../../lib/status-message.tsx";
import { LoadingState, Skeleton } from "../../../../ui/feedback/empty-states.tsx";
import { InlineNotice } from "../../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../../ui/forms/button.tsx";
import { Dialog } from "../../../../ui/overlays/dialog.tsx";
import { useSaveUser, type VersionedUser } from "../use-user.ts";
import styles from "../user.module.css";
import { type AccessDraft, countChanges, isContested, listRoles } from "./access-draft.ts";
import { MovedEnds, RoleEndText } from "./role-end-controls.tsx";

interface ReviewDialogProps {
  readonly user: UserDetails;
  readonly draft: AccessDraft;
  /** The conflict note, if another user changed the roles. */
  readonly conflict: ReactNode;
  readonly onClose: () => void;
  readonly onSaved: (saved: VersionedUser) => void;
}

/**
 * The permissions that the staged changes add and remove, computed by the server before saving. Stays open after a
 * conflict and shows the new result.
 */
export function ReviewDialog({ user, draft, conflict, onClose, onSaved }: ReviewDialogProps) {
  const { t, i18n } = useLingui();
  const count = countChanges(draft);
  const preview = usePreview(user, draft);
  const { groups } = useCatalogue();
  const words = useMemo(() => indexPermissionLabels(groups), [groups]);
  const saving = useSave(user, draft, onSaved);
  // Saving is possible only after the preview has loaded. After an error the button appears again, with the focus.
  const isRead = preview.data !== undefined;
  const isReady = count > 0 && !isContested(draft);
  // The conflict note already explains this error.
  const isTold = draft.conflict !== null && isStale(saving.error);
  const formatUntil = useRoleEndFormat();
  const list = (roles: readonly { readonly name: string }[]) =>
    new Intl.ListFormat(i18n.locale).format(roles.map((role) => role.name));
  const added = new Intl.ListFormat(i18n.locale).format(draft.added.map(formatUntil));
  const removed = list(draft.removed);
  return (
    <Dialog
      title={
        count === 0
          ? t`Nothing is left to save`
          : t`${plural(count, { one: "Review # change", other: "Review # changes" })}`
      }
      shape="review"
      isOpen
      onClose={onClose}
      onSubmit={() => (isRead && isReady ? saving.mutate() : undefined)}
      actions={
        <>
          <Button onClick={onClose}>
            {count === 0 ? <Trans>Close</Trans> : <Trans>Keep editing</Trans>}
          </Button>
          {isReady && preview.error !== null ? null : isReady ? (
            <Button variant="primary" type="submit" hint="↵" pending={saving.isPending || !isRead} autoFocus>
              {t`${plural(count, { one: "Save # change", other: "Save # changes" })}`}
            </Button>
          ) : count === 0 ? null : (
            <InlineNotice tone="warn">
              <Trans>Choose above before you save</Trans>
            </InlineNotice>
          )}
        </>
      }
    >
      <p className={styles["second"]}>
        <b>{user.name}</b> · {added === "" ? null : <Trans>Adds {added}.</Trans>}{" "}
        {draft.moved.map((role) => (
          <Fragment key={role.id}>
            <RoleEndText role={role} />.{" "}
          </Fragment>
        ))}
        {removed === "" ? null : <Trans>Removes {removed}.</Trans>} <Trans>Takes effect immediately.</Trans>
      </p>
      {conflict}
      <ProblemNotice error={isTold ? null : saving.error} />
      {count === 0 ? null : preview.data === undefined ? (
        preview.error === null ? (
          <LoadingState>
            <Skeleton size="long" />
            <Skeleton size="long" />
          </LoadingState>
        ) : (
          <ProblemState error={preview.error} onRetry={() => preview.refetch()} />
        )
      ) : (
        <>
          <PermissionDifference change={preview.data} labels={words} />
          <MovedEnds change={preview.data} />
          <UnchangedCount userId={user.id} change={preview.data} />
        </>
      )}
    </Dialog>
  );
}

function usePreview(user: UserDetails, draft: AccessDraft) {
  const api = useApi();
  const roles = listRoles(draft);
  return useQuery<PermissionChange>({
    queryKey: ["preview", user.id, draft.version, roles],
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const answer = await api("PATCH /organizations/:organizationId/users/:userId", {
        params: { userId: user.id },
        query: { preview: "true" },
        body: { roles },
        signal,
      });
      if (!("gained" in answer)) throw new Error("The server answered the user in place of a preview.");
      return answer;
    },
  });
}

/** Whether another user saved first, so that the newest version must be loaded. */
function isStale(error: unknown): boolean {
  return (
    error instanceof ApiProblem && [409, 412].includes(error.status) && error.code !== "users/last-owner"
  );
}

/** Saves; after a conflict it loads the newest version, onto which the draft is rebased. */
function useSave(user: UserDetails, draft: AccessDraft, onSaved: ReviewDialogProps["onSaved"]) {
  const { t } = useLingui();
  const say = useStatusMessage();
  const problemSentence = useProblemSentence();
  const { save, show, reload } = useSaveUser(user.id);
  const before = draft.held.map(({ id, expiresAt = null }) => ({ id, expiresAt }));
  const undo = async (etag: string) => {
    try {
      show(await save({ roles: before }, etag));
      say({ text: t`The roles of ${user.name} are as before` });
    } catch (error) {
      say({ tone: "bad", text: problemSentence(error) });
      await reload();
    }
  };
  return useMutation({
    mutationFn: () => save({ roles: listRoles(draft) }, draft.version),
    onSuccess(saved) {
      onSaved(saved);
      show(saved);
      say({
        tone: "good",
        text: t`The roles of ${user.name} are saved`,
        action: { label: t`Undo`, run: () => void undo(saved.etag) },
      });
    },
    async onError(error) {
      if (isStale(error)) await reload();
    },
  });
}

function UnchangedCount({ userId, change }: { readonly userId: string; readonly change: PermissionChange }) {
  const { t } = useLingui();
  const held = useApiQuery("GET /organizations/:organizationId/users/:userId/permissions", {
    params: { userId },
  });
  const kept = held.data === undefined ? 0 : held.data.body.total.count - change.lost.length;
  const { length: changed } = [...change.lost, ...change.gained];
  return (
    <InlineNotice>
      {changed === 0 && change.ends === undefined ? (
        <Trans>This person’s permissions don’t change.</Trans>
      ) : null}
      {changed > 0 && kept > 0
        ? t`${plural(kept, { one: "# permission stays the same.", other: "# permissions stay the same." })}`
        : null}{" "}
      <Trans>Your own permissions don’t change.</Trans>
    </InlineNotice>
  );
}
