/** Who is signed in, in which organization, and what they may do there. */
import type { MeView } from "@gatehouse/sdk/contract";
import { queryOptions, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { request } from "../api/request.ts";
import { recall, remember } from "../storage.ts";

/** One's place in an organization. */
export type Membership = MeView["organizations"][number];

/** The query of one's own account, its organizations and rights. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }) => (await request("GET /me", { signal })).body,
});

/** The organization chosen before if one still belongs to it, else the first that lets one in. */
export function currentMembership(me: MeView, chosenId: string | null): Membership | null {
  const open = me.organizations.filter((organization) => organization.status === "active");
  return open.find((organization) => organization.id === chosenId) ?? open[0] ?? null;
}

interface Session {
  readonly me: MeView;
  readonly membership: Membership | null;
  readonly permissions: ReadonlySet<string>;
  /** Goes on in another organization of the same account. */
  readonly enter: (organizationId: string) => void;
}

const SessionContext = createContext<Session | null>(null);

/** Provides the session. `/me` must be in the query cache: the shell's route sees to that. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const client = useQueryClient();
  const [chosenId, setChosenId] = useState(() => recall("organization"));
  const session = useMemo<Session>(() => {
    const membership = currentMembership(me, chosenId);
    return {
      me,
      membership,
      permissions: new Set(membership?.permissions),
      enter(organizationId) {
        remember("organization", organizationId);
        setChosenId(organizationId);
        client.removeQueries({ queryKey: ["api"] });
      },
    };
  }, [me, chosenId, client]);
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** Everything about the session; pages mostly want `useOrganization`, `useMe` or `useCan`. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("useSession needs the shell around it");
  return session;
}

/** The signed-in account. */
export function useMe(): MeView["account"] {
  return useSession().me.account;
}

/** The organization that the page is about, with one's own user id and roles in it. */
export function useOrganization(): Membership {
  const { membership } = useSession();
  if (membership === null) throw new Error("This page needs an organization");
  return membership;
}

/** Whether one holds a permission here: `useCan("users:invite")`. The server decides again at every request. */
export function useCan(permission: string): boolean {
  return useSession().permissions.has(permission);
}
