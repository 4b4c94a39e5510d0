import type { PermissionChange, UserDetails } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { ApiProblem } from "../../../app/api/problem.ts";
import { ProblemState } from "../../../app/problem-state.tsx";
import { useProblemText } from "../../../app/problem-text.ts";
import { useApi, useApiQuery } from "../../../app/session/api.tsx";
import { useStatus } from "../../../app/status-strip.tsx";
import { Difference } from "../../../app/words/difference.tsx";
import { permissionWords } from "../../../app/words/permission-words.ts";
import { useCatalogue } from "../../../app/words/use-catalogue.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Reason } from "../../../ui/reason.tsx";
import { Bone, Skeleton } from "../../../ui/states.tsx";
import { type SeenUser, useSaveUser } from "../use-user.ts";
import styles from "../user.module.css";
import { type AccessDraft, changeCount, isContested, wantedRoleIds } from "./draft.ts";

interface ReviewDialogProps {
  readonly user: UserDetails;
  readonly draft: AccessDraft;
  /** What somebody else did meanwhile; nothing if nobody did anything. */
  readonly conflict: ReactNode;
  readonly onClose: () => void;
  readonly onSaved: (saved: SeenUser) => void;
}

/**
 * What the staged changes give and take, as the server works it out, before anything is saved. It stays open when
 * somebody else was faster, and shows what the changes come to now.
 */
export function ReviewDialog({ user, draft, conflict, onClose, onSaved }: ReviewDialogProps) {
  const { t, i18n } = useLingui();
  const count = changeCount(draft);
  const preview = usePreview(user, draft);
  const { groups } = useCatalogue();
  const words = useMemo(() => permissionWords(groups), [groups]);
  const problemText = useProblemText();
  const saving = useSaving(user, draft, onSaved);
  // Nobody saves what they could not read yet.
  const isRead = preview.data !== undefined;
  const isReady = count > 0 && !isContested(draft);
  // What the conflict tells in detail is not told twice.
  const isTold = draft.conflict !== null && isStale(saving.error);
  const problem = saving.error === null || isTold ? null : problemText(saving.error);
  const list = (roles: readonly { readonly name: string }[]) =>
    new Intl.ListFormat(i18n.locale).format(roles.map((role) => role.name));
  const [added, removed] = [list(draft.added), list(draft.removed)];
  return (
    <Dialog
      title={
        count === 0
          ? t`Nothing is left to save`
          : t`${plural(count, { one: "Review # change", other: "Review # changes" })}`
      }
      shape="panel"
      isOpen
      onClose={onClose}
      onSubmit={() => (isRead && isReady ? saving.mutate() : undefined)}
      actions={
        <>
          <Button onClick={onClose}>
            {count === 0 ? <Trans>Close</Trans> : <Trans>Keep editing</Trans>}
          </Button>
          {isReady ? (
            <Button variant="primary" type="submit" hint="↵" pending={saving.isPending || !isRead} autoFocus>
              {t`${plural(count, { one: "Save # change", other: "Save # changes" })}`}
            </Button>
          ) : count === 0 ? null : (
            <Reason tone="warn">
              <Trans>Choose above before you save</Trans>
            </Reason>
          )}
        </>
      }
    >
      <p className={styles["second"]}>
        <b>{user.name}</b> · {added === "" ? null : <Trans>Adds {added}.</Trans>}{" "}
        {removed === "" ? null : <Trans>Removes {removed}.</Trans>}{" "}
        <Trans>In force from the next request.</Trans>
      </p>
      {conflict}
      {problem === null ? null : (
        <p role="alert">
          <Reason tone="bad">{`${problem.title}. ${problem.text}`}</Reason>
        </p>
      )}
      {count === 0 ? null : preview.data === undefined ? (
        preview.error === null ? (
          <Skeleton>
            <Bone size="long" />
            <Bone size="long" />
          </Skeleton>
        ) : (
          <ProblemState error={preview.error} onRetry={() => void preview.refetch()} />
        )
      ) : (
        <>
          <Difference change={preview.data} words={words} />
          <Untouched userId={user.id} change={preview.data} />
        </>
      )}
    </Dialog>
  );
}

function usePreview(user: UserDetails, draft: AccessDraft) {
  const api = useApi();
  const roleIds = wantedRoleIds(draft);
  return useQuery<PermissionChange>({
    queryKey: ["preview", user.id, draft.version, roleIds],
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const answer = await api("PATCH /organizations/:organizationId/users/:userId", {
        params: { userId: user.id },
        query: { preview: "true" },
        body: { roleIds },
        signal,
      });
      if (!("gained" in answer)) throw new Error("The server answered the user in place of a preview.");
      return answer;
    },
  });
}

/** Whether somebody else was faster, so that the newest version has to be read. */
function isStale(error: unknown): boolean {
  return (
    error instanceof ApiProblem && [409, 412].includes(error.status) && error.code !== "users/last-owner"
  );
}

/** Saves; when somebody was faster, fetches the newest version, on which the draft is then put. */
function useSaving(user: UserDetails, draft: AccessDraft, onSaved: ReviewDialogProps["onSaved"]) {
  const { t } = useLingui();
  const say = useStatus();
  const problemText = useProblemText();
  const { save, show, reload } = useSaveUser(user.id);
  const before = draft.held.map((role) => role.id);
  const undo = async (etag: string) => {
    try {
      show(await save({ roleIds: before }, etag));
      say({ text: t`The roles of ${user.name} are as before` });
    } catch (error) {
      const { title, text } = problemText(error);
      say({ tone: "bad", text: `${title}. ${text}` });
      await reload();
    }
  };
  return useMutation({
    mutationFn: () => save({ roleIds: wantedRoleIds(draft) }, draft.version),
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

function Untouched({ userId, change }: { readonly userId: string; readonly change: PermissionChange }) {
  const { t } = useLingui();
  const held = useApiQuery("GET /organizations/:organizationId/users/:userId/permissions", {
    params: { userId },
  });
  const kept = held.data === undefined ? 0 : held.data.body.items.length - change.lost.length;
  const { length: changed } = [...change.lost, ...change.gained];
  return (
    <Reason>
      {changed === 0 ? <Trans>Nothing that this person can do changes.</Trans> : null}
      {changed > 0 && kept > 0
        ? t`${plural(kept, { one: "# permission stays as it is.", other: "# permissions stay as they are." })}`
        : null}{" "}
      <Trans>Your own rights don’t change.</Trans>
    </Reason>
  );
}
