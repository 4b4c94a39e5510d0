import type { UserDetails } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useProblemSentence } from "../../../lib/api/problem-text.tsx";
import type { RequestBody, RouteName } from "../../../lib/api/request.ts";
import { useApi, useApiKey, useApiQuery } from "../../../lib/api/use-api.tsx";
import { focusPage } from "../../../lib/navigation/page-change.ts";
import { useOrganization } from "../../../lib/session/session.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";

const user = "GET /organizations/:organizationId/users/:userId";

/** The user as saved, with the version that an edit is based on. */
export function useUserQuery(userId: string) {
  return useApiQuery(user, { params: { userId } });
}

/** A user and their ETag. */
export interface VersionedUser {
  readonly body: UserDetails;
  readonly etag: string;
  /** Saved by this page, so there is no conflict. */
  readonly isOwnChange?: boolean;
}

/** The editable fields. */
type Edit = RequestBody<"PATCH /organizations/:organizationId/users/:userId">;

/** Saves a user. Call `show` after clearing the draft, or the draft conflicts with its own change. */
export function useSaveUser(userId: string) {
  const api = useApi();
  const key = useApiKey();
  const client = useQueryClient();
  const params = { userId };
  const refresh = (...names: RouteName[]) =>
    Promise.all(names.map((name) => client.invalidateQueries({ queryKey: key(name) })));
  return {
    /** Saves and returns the saved user. */
    async save(edit: Edit, ifMatch: string): Promise<VersionedUser> {
      const route = "PATCH /organizations/:organizationId/users/:userId";
      const { body, etag } = await api.versioned(route, { params, body: edit, ifMatch });
      if (!("roles" in body)) throw new Error("The server answered a preview in place of the user.");
      return { body, etag };
    },
    /** Shows the saved user and refreshes the other pages. */
    show(saved: VersionedUser): void {
      client.setQueryData<VersionedUser>(key(user, { params }), { ...saved, isOwnChange: true });
      void refresh(
        "GET /organizations/:organizationId/users",
        "GET /organizations/:organizationId/users/:userId/permissions",
        "GET /organizations/:organizationId/audit-events",
      );
    },
    /** Loads the newest version, for example after a conflict. */
    reload: () =>
      refresh(
        user,
        "GET /organizations/:organizationId/users/:userId/permissions",
        "GET /organizations/:organizationId/roles",
        "GET /organizations/:organizationId/audit-events",
      ),
  };
}

/** Ends one session of a user, or all of them with null. The current session is kept. */
export function useEndSessions({ id: userId, name }: UserDetails) {
  const { t } = useLingui();
  const api = useApi();
  const key = useApiKey();
  const client = useQueryClient();
  const say = useStatusMessage();
  const problemSentence = useProblemSentence();
  const isSelf = useOrganization().userId === userId;
  return useMutation({
    async mutationFn(sessionId: string | null) {
      if (sessionId === null && isSelf) await api("DELETE /me/sessions");
      else if (sessionId === null)
        await api("DELETE /organizations/:organizationId/users/:userId/sessions", { params: { userId } });
      else
        await api("DELETE /organizations/:organizationId/users/:userId/sessions/:sessionId", {
          params: { userId, sessionId },
        });
    },
    async onSuccess(_, sessionId) {
      const listed = [
        "GET /organizations/:organizationId/users/:userId/sessions",
        "GET /me/sessions",
      ] as const;
      await Promise.all(listed.map((route) => client.invalidateQueries({ queryKey: key(route) })));
      // The row or button that had the focus was removed.
      if (document.activeElement === document.body) focusPage();
      if (sessionId !== null) say({ text: t`The session of ${name} has ended` });
      else if (isSelf) say({ text: t`Your other sessions are signed out` });
      else say({ text: t`${name} is signed out everywhere` });
    },
    onError(error) {
      say({ tone: "bad", text: problemSentence(error) });
    },
  });
}
