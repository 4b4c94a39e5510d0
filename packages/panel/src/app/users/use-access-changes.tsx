import type { UserStatus, UserView } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { AlertDialog } from "../../ui/dialog.tsx";
import { focusPage } from "../navigation/use-focus-on-navigation.ts";
import { useProblemText } from "../problem-text.ts";
import { useApi, useApiKey } from "../session/api.tsx";
import { useOrganization, useSession } from "../session/session.tsx";
import { useStatus } from "../status-strip.tsx";
import { mayActOn } from "./may-act-on.ts";
import { useRoles } from "./use-roles.ts";

/** As much of a user as these changes need. */
type ActedOn = Pick<UserView, "id" | "name" | "roles">;

/** Suspending, restoring and removing. */
export interface AccessChanges {
  readonly allowedFor: (user: ActedOn) => { readonly suspend: boolean; readonly remove: boolean };
  readonly setStatus: (user: ActedOn, status: UserStatus) => void;
  readonly askToRemove: (user: ActedOn) => void;
  /** The question before a removal. */
  readonly dialog: ReactNode;
}

/** Changes to people's access; each is based on the version that was just read. */
export function useAccessChanges({
  onRemoved = stay,
}: {
  onRemoved?: () => Promise<void>;
} = {}): AccessChanges {
  const { permissions } = useSession();
  const { userId } = useOrganization();
  const roles = useRoles();
  const { askToRemove, dialog } = useRemoval(onRemoved);
  return {
    setStatus: useStatusChange(),
    askToRemove,
    dialog,
    allowedFor(user) {
      const isWithinReach = mayActOn({ userId, permissions }, user, roles);
      return {
        suspend: isWithinReach && permissions.has("users:suspend"),
        remove: isWithinReach && permissions.has("users:remove"),
      };
    },
  };
}

/** From the list, where the person was, nobody goes anywhere. */
async function stay(): Promise<void> {}

function useStatusChange(): AccessChanges["setStatus"] {
  const { t } = useLingui();
  const api = useApi();
  const say = useStatus();
  const problemText = useProblemText();
  const refresh = useRefresh();
  const change = useMutation({
    async mutationFn({ user, status }: { readonly user: ActedOn; readonly status: UserStatus }) {
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
      // A filter may have taken the row away, and the focus with it.
      if (document.activeElement === document.body) focusPage();
      const { name } = user;
      if (status === "active") say({ text: t`${name} has access again` });
      else
        say({
          text: t`${name} is suspended and signed out everywhere`,
          action: { label: t`Undo`, run: () => change.mutate({ user, status: "active" }) },
        });
    },
    onError(error) {
      const { title, text } = problemText(error);
      say({ tone: "bad", text: `${title}. ${text}` });
    },
  });
  return (user, status) => change.mutate({ user, status });
}

function useRemoval(onRemoved: () => Promise<void>): Pick<AccessChanges, "askToRemove" | "dialog"> {
  const { t } = useLingui();
  const api = useApi();
  const say = useStatus();
  const problemText = useProblemText();
  const refresh = useRefresh();
  const organization = useOrganization();
  const [user, setUser] = useState<ActedOn | null>(null);
  const removal = useMutation({
    async mutationFn(leaver: ActedOn) {
      const params = { userId: leaver.id };
      const { etag } = await api.versioned("GET /organizations/:organizationId/users/:userId", { params });
      await api("DELETE /organizations/:organizationId/users/:userId", { params, ifMatch: etag });
    },
    async onSuccess(_, leaver) {
      setUser(null);
      await onRemoved();
      await refresh();
      // The row that had the focus is gone.
      focusPage();
      say({ text: t`${leaver.name} is removed` });
    },
  });
  const close = () => {
    removal.reset();
    setUser(null);
  };
  const name = user?.name ?? "";
  const place = organization.name;
  const problem = removal.error === null ? null : problemText(removal.error);
  return {
    askToRemove: setUser,
    dialog: (
      <AlertDialog
        title={t`Remove ${name}?`}
        isOpen={user !== null}
        onCancel={close}
        onConfirm={() => (user === null ? undefined : removal.mutate(user))}
        confirm={t`Remove user`}
        isPending={removal.isPending}
        isDestructive
        {...(problem === null ? {} : { problem: `${problem.title}. ${problem.text}` })}
      >
        {t`${name} loses every role and all access to ${place} at once. To come back, ${name} needs a new invitation.`}
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
