import type { PermissionChange, UserDetails } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ApiProblem } from "../../../app/api/problem.ts";
import { ProblemState } from "../../../app/problem-state.tsx";
import { useProblemText } from "../../../app/problem-text.ts";
import { useApi, useApiQuery } from "../../../app/session/api.tsx";
import { useStatus } from "../../../app/status-strip.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { MinusIcon, PlusIcon } from "../../../ui/icons.tsx";
import { Sensitive } from "../../../ui/marks.tsx";
import { Reason } from "../../../ui/reason.tsx";
import { Bone, Skeleton } from "../../../ui/states.tsx";
import { type SeenUser, useSaveUser } from "../use-user.ts";
import styles from "../user.module.css";
import access from "./access.module.css";
import { type AccessDraft, changeCount, wantedRoleIds } from "./draft.ts";
import { type PermissionWords, permissionWords } from "./paths.ts";

interface ReviewDialogProps {
  readonly user: UserDetails;
  readonly draft: AccessDraft;
  readonly onClose: () => void;
  readonly onSaved: (saved: SeenUser) => void;
}

/** What the staged changes give and take, as the server works it out, before anything is saved. */
export function ReviewDialog({ user, draft, onClose, onSaved }: ReviewDialogProps) {
  const { t, i18n } = useLingui();
  const count = changeCount(draft);
  const preview = usePreview(user, draft);
  const catalogue = useApiQuery("GET /organizations/:organizationId/permissions", {}, { staleTime: 300_000 });
  const words = useMemo(() => permissionWords(catalogue.data?.body.groups ?? []), [catalogue.data]);
  const problemText = useProblemText();
  const saving = useSaving(user, draft, { onClose, onSaved });
  // Nobody saves what they could not read yet.
  const isRead = preview.data !== undefined && count > 0;
  const problem = saving.error === null ? null : problemText(saving.error);
  const list = (roles: readonly { readonly name: string }[]) =>
    new Intl.ListFormat(i18n.locale).format(roles.map((role) => role.name));
  const [added, removed] = [list(draft.added), list(draft.removed)];
  return (
    <Dialog
      title={t`${plural(count, { one: "Review # change", other: "Review # changes" })}`}
      shape="panel"
      isOpen
      onClose={onClose}
      onSubmit={() => (isRead ? saving.mutate() : undefined)}
      actions={
        <>
          <Button onClick={onClose}>
            <Trans>Keep editing</Trans>
          </Button>
          <Button variant="primary" type="submit" hint="↵" pending={saving.isPending || !isRead} autoFocus>
            {t`${plural(count, { one: "Save # change", other: "Save # changes" })}`}
          </Button>
        </>
      }
    >
      <p className={styles["second"]}>
        <b>{user.name}</b> · {added === "" ? null : <Trans>Adds {added}.</Trans>}{" "}
        {removed === "" ? null : <Trans>Removes {removed}.</Trans>}{" "}
        <Trans>In force from the next request.</Trans>
      </p>
      {problem === null ? null : (
        <p role="alert">
          <Reason tone="bad">{`${problem.title}. ${problem.text}`}</Reason>
        </p>
      )}
      {preview.data === undefined ? (
        preview.error === null ? (
          <Skeleton>
            <Bone size="long" />
            <Bone size="long" />
          </Skeleton>
        ) : (
          <ProblemState error={preview.error} onRetry={() => void preview.refetch()} />
        )
      ) : (
        <Difference change={preview.data} words={words} />
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

/** Saves; when somebody was faster, fetches the newest version, on which the draft is then put. */
function useSaving(
  user: UserDetails,
  draft: AccessDraft,
  { onClose, onSaved }: Pick<ReviewDialogProps, "onClose" | "onSaved">,
) {
  const { t } = useLingui();
  const say = useStatus();
  const problemText = useProblemText();
  const { save, show, reload } = useSaveUser(user.id);
  const before = draft.held.map((role) => role.id);
  const complain = (error: unknown) => {
    const { title, text } = problemText(error);
    say({ tone: "bad", text: `${title}. ${text}` });
  };
  const undo = async (etag: string) => {
    try {
      show(await save({ roleIds: before }, etag));
      say({ text: t`The roles of ${user.name} are as before` });
    } catch (error) {
      complain(error);
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
      const isStale =
        error instanceof ApiProblem && [409, 412].includes(error.status) && error.code !== "users/last-owner";
      if (!isStale) return;
      await reload();
      onClose();
      complain(error);
    },
  });
}

interface DifferenceProps {
  readonly change: PermissionChange;
  readonly words: ReadonlyMap<string, PermissionWords>;
}

function Difference({ change, words }: DifferenceProps) {
  const { t } = useLingui();
  const [lost, gained] = [change.lost.length, change.gained.length];
  return (
    <>
      {lost === 0 ? null : (
        <section className={access["cutList"]}>
          <h3>
            <MinusIcon />
            {t`${plural(lost, { one: "Loses # permission", other: "Loses # permissions" })}`}
          </h3>
          <PermissionList permissions={change.lost} words={words} />
        </section>
      )}
      {gained === 0 ? null : (
        <section className={access["addList"]}>
          <h3>
            <PlusIcon />
            {t`${plural(gained, { one: "Gains # permission", other: "Gains # permissions" })}`}
          </h3>
          <PermissionList permissions={change.gained} words={words} />
        </section>
      )}
      <Reason>
        {lost + gained === 0 ? (
          <Trans>Nothing that this person can do changes. Your own rights don’t change either.</Trans>
        ) : (
          <Trans>Every other permission stays as it is. Your own rights don’t change.</Trans>
        )}
      </Reason>
    </>
  );
}

function PermissionList({
  permissions,
  words,
}: {
  readonly permissions: readonly string[];
  readonly words: DifferenceProps["words"];
}) {
  return (
    <ul>
      {permissions.map((permission) => {
        const named = words.get(permission);
        return (
          <li key={permission}>
            <span>
              {named === undefined ? (
                permission
              ) : (
                <>
                  <span className={styles["quiet"]}>{named.group} · </span>
                  {named.label}
                </>
              )}
            </span>
            {named?.sensitive === true ? <Sensitive /> : null}
          </li>
        );
      })}
    </ul>
  );
}
