/** The signed-in account, its current organization and its permissions. */
import type { MeView } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react";
import { Trans } from "@lingui/react/macro";
import { queryOptions, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import { ErrorState } from "../../ui/feedback/empty-states.tsx";
import { useRefreshAtEnd } from "../access/refresh-at-end.ts";
import { request } from "../api/request.ts";
import { setTitleOrganization } from "../navigation/page-change.ts";
import { recall, remember } from "../storage/storage.ts";

/** A membership in an organization. */
export type Membership = MeView["organizations"][number];

/** The query of the signed-in account, its organizations and permissions. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }) => (await request("GET /me", { signal })).body,
});

/** The saved organization if its membership is active, else the first active one. */
export function currentMembership(me: MeView, chosenId: string | null): Membership | null {
  const open = me.organizations.filter((organization) => organization.status === "active");
  return open.find((organization) => organization.id === chosenId) ?? open[0] ?? null;
}

/** An organization that the user was in until it took the access away. */
export interface LostOrganization {
  readonly reason: "suspended" | "removed";
  readonly organization: string;
}

interface Session {
  readonly me: MeView;
  /** The organization that was open before this one, if its access was lost. */
  readonly lost: LostOrganization | null;
  readonly membership: Membership | null;
  readonly permissions: ReadonlySet<string>;
  /** Switches to another organization of the account. */
  readonly switchOrganization: (organizationId: string) => void;
}

const SessionContext = createContext<Session | null>(null);

/** What happened to the membership that was open before; null if it is still active, or there was none. */
function findLostOrganization(me: MeView, before: Membership | null): LostOrganization | null {
  if (before === null) return null;
  const now = me.organizations.find(({ id }) => id === before.id);
  if (now?.status === "active") return null;
  return { reason: now === undefined ? "removed" : "suspended", organization: before.name };
}

/** Provides the session. `/me` must be in the query cache: the shell route loads it. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const client = useQueryClient();
  const [chosenId, setChosenId] = useState(() => recall("organization"));
  const [opened, setOpened] = useState<{ membership: Membership | null; lost: LostOrganization | null }>({
    membership: null,
    lost: null,
  });
  const current = currentMembership(me, chosenId);
  if (current !== null && current.id !== opened.membership?.id)
    setOpened({ membership: current, lost: findLostOrganization(me, opened.membership) });
  const { lost } = opened;
  const session = useMemo<Session>(() => {
    const membership = currentMembership(me, chosenId);
    return {
      me,
      lost,
      membership,
      permissions: new Set(membership?.permissions),
      switchOrganization(organizationId) {
        remember("organization", organizationId);
        setChosenId(organizationId);
        client.removeQueries({ queryKey: ["api"] });
      },
    };
  }, [me, lost, chosenId, client]);
  // Not in an effect: those of the pages, which set the title, run before it.
  setTitleOrganization(me.organizations.length > 1 ? (session.membership?.name ?? null) : null);
  useRefreshInLanguage();
  useRefreshAtEnd(Object.values(session.membership?.permissionEnds ?? {}));
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** Loads everything again when the language changes: names of roles come from the API. */
function useRefreshInLanguage(): void {
  const { i18n } = useLingui();
  const client = useQueryClient();
  const shown = useRef(i18n.locale);
  useEffect(() => {
    if (shown.current === i18n.locale) return;
    shown.current = i18n.locale;
    void client.invalidateQueries({ queryKey: ["api"] });
  }, [client, i18n.locale]);
}

/** The whole session; most components use `useOrganization`, `useMe` or `useCan`. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("useSession needs a SessionProvider");
  return session;
}

/** The signed-in account. */
export function useMe(): MeView["account"] {
  return useSession().me.account;
}

/** The current organization, with the user's id and roles in it. */
export function useOrganization(): Membership {
  const { membership } = useSession();
  if (membership === null) throw new Error("This page needs an organization");
  return membership;
}

/** Whether the user has a permission: `useCan("users:invite")`. The server checks every request itself. */
export function useCan(permission: string): boolean {
  return useSession().permissions.has(permission);
}

interface RequirePermissionProps {
  readonly permission: string;
  /** The localized name of the permission: "View users". */
  readonly name: ReactNode;
  readonly children: ReactNode;
}

/** Renders a page only with the permission; otherwise names the missing one. */
export function RequirePermission({ permission, name, children }: RequirePermissionProps) {
  if (useCan(permission)) return children;
  return (
    <ErrorState isPage title={<Trans>You don’t have permission for this page</Trans>}>
      <Trans>You need the permission “{name}”. Ask an access manager in your organization.</Trans>
    </ErrorState>
  );
}
