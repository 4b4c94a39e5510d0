import type { UserStatus, UserView } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useGrantCeiling } from "../../lib/access/grant-ceiling.ts";
import { useProblemSentence } from "../../lib/api/problem-text.tsx";
import { useApi, useApiKey } from "../../lib/api/use-api.tsx";
import { focusPage } from "../../lib/navigation/page-change.ts";
import { useOrganization, useSession } from "../../lib/session/session.tsx";
import { useStatusMessage } from "../../lib/status-message.tsx";
import { AlertDialog } from "../../ui/overlays/dialog.tsx";
import { useRoles } from "../roles/use-roles.ts";

/** The user whose access is changed. */
type TargetUser = Pick<UserView, "id" | "name" | "roles">;

/** Suspends, restores and removes users. */
export interface AccessChanges {
  readonly allowedFor: (user: TargetUser) => {
    readonly suspend: boolean;
    readonly remove: boolean;
    readonly resetPassword: boolean;
  };
  readonly setStatus: (user: TargetUser, status: UserStatus) => void;
  readonly requestRemoval: (user: TargetUser) => void;
  /** The confirmation dialog of a removal. */
  readonly dialog: ReactNode;
}

/** Changes the access of users. Each change reads the current version first (`If-Match`). */
export function useAccessChanges({
  onRemoved = noop,
}: {
  onRemoved?: () => Promise<void>;
} = {}): AccessChanges {
  const { permissions } = useSession();
  const ceiling = useGrantCeiling();
  const roles = useRoles();
  const { requestRemoval, dialog } = useRemoval(onRemoved);
  return {
    setStatus: useStatusChange(),
    requestRemoval,
    dialog,
    allowedFor(user) {
      const isAllowed = ceiling.canActOn(user, roles);
      return {
        suspend: isAllowed && permissions.has("users:suspend"),
        remove: isAllowed && permissions.has("users:remove"),
        resetPassword: isAllowed && permissions.has("users:reset-credentials"),
      };
    },
  };
}

async function noop(): Promise<void> {}

function useStatusChange(): AccessChanges["setStatus"] {
  const { t } = useLingui();
  const api = useApi();
  const showStatus = useStatusMessage();
  const problemSentence = useProblemSentence();
  const refresh = useRefresh();
  const change = useMutation({
    async mutationFn({ user, status }: { readonly user: TargetUser; readonly status: UserStatus }) {
      const params = { userId: user.id };
      const { etag } = await api.versioned("GET /organizations/:organizationId/users/:userId", { params });
      await api("PATCH /organizations/:organizationId/users/:userId", {
        params,
        body: { status },
        ifMatch: etag,
      });
    },
    async onSuccess(_, { user, status }) {
      await refresh();
      // A filter may have removed the row with the focus.
      if (document.activeElement === document.body) focusPage();
      const { name } = user;
      if (status === "active") showStatus({ text: t`${name} has access again` });
      else
        showStatus({
          text: t`${name} is suspended and signed out everywhere`,
          action: { label: t`Undo`, run: () => change.mutate({ user, status: "active" }) },
        });
    },
    onError(error) {
      showStatus({ tone: "bad", text: problemSentence(error) });
    },
  });
  return (user, status) => change.mutate({ user, status });
}

function useRemoval(onRemoved: () => Promise<void>): Pick<AccessChanges, "requestRemoval" | "dialog"> {
  const { t } = useLingui();
  const api = useApi();
  const showStatus = useStatusMessage();
  const problemSentence = useProblemSentence();
  const refresh = useRefresh();
  const organization = useOrganization();
  const [user, setUser] = useState<TargetUser | null>(null);
  const removal = useMutation({
    async mutationFn(leaver: TargetUser) {
      const params = { userId: leaver.id };
      const { etag } = await api.versioned("GET /organizations/:organizationId/users/:userId", { params });
      await api("DELETE /organizations/:organizationId/users/:userId", { params, ifMatch: etag });
    },
    async onSuccess(_, leaver) {
      setUser(null);
      await onRemoved();
      await refresh();
      // The row with the focus was removed.
      focusPage();
      showStatus({ text: t`${leaver.name} is removed` });
    },
  });
  const close = () => {
    removal.reset();
    setUser(null);
  };
  const name = user?.name ?? "";
  const place = organization.name;
  const problem = removal.error === null ? null : problemSentence(removal.error);
  return {
    requestRemoval: setUser,
    dialog: (
      <AlertDialog
        title={t`Remove ${name}?`}
        isOpen={user !== null}
        onCancel={close}
        onConfirm={() => (user === null ? undefined : removal.mutate(user))}
        confirm={t`Remove user`}
        isPending={removal.isPending}
        isDestructive
        {...(problem === null ? {} : { problem })}
      >
        {t`${name} loses every role and all access to ${place} immediately. To return, ${name} needs a new invitation.`}
      </AlertDialog>
    ),
  };
}

function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  const key = useApiKey();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: key("GET /organizations/:organizationId/users") }),
      client.invalidateQueries({ queryKey: key("GET /organizations/:organizationId/users/:userId") }),
    ]);
  };
}
