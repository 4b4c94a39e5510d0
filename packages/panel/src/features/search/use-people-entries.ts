/** Entries of the command palette about people: users, pending invitations, and searches that are spelt differently. */
import { displayEmail } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useApi, useApiKey } from "../../lib/api/use-api.tsx";
import { useCan } from "../../lib/session/session.tsx";
import { useInvitationActions } from "../invitations/list/use-invitations.ts";
import { useCanResend, usePendingInvitations } from "../invitations/pending/pending-invitations.tsx";
import type { Entry } from "./entries.ts";

const maxInvitations = 3;

/** Entries about people, searched on the server after a debounce; results of an older query are never shown. */
interface PeopleEntries {
  readonly users: readonly Entry[];
  readonly invited: readonly Entry[];
  /** Only where neither a user nor an invitation matches. */
  readonly suggestions: readonly Entry[];
}

const none: PeopleEntries = { users: [], invited: [], suggestions: [] };

export function usePeopleEntries(query: string): PeopleEntries {
  const searched = useDebounced(query.trim());
  const users = useUserEntries(searched);
  const invited = useInvitedEntries(searched);
  const hasNone = users?.length === 0 && invited?.length === 0;
  const suggestions = useSuggestedEntries(hasNone ? searched : "");
  return searched === query.trim() ? { users: users ?? [], invited: invited ?? [], suggestions } : none;
}

function useDebounced(text: string): string {
  const [debounced, setDebounced] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setDebounced(text), 150);
    return () => clearTimeout(timer);
  }, [text]);
  return debounced;
}

/** Null until loaded. */
function useUserEntries(query: string): readonly Entry[] | null {
  const navigate = useNavigate();
  const api = useApi();
  const key = useApiKey();
  const canView = useCan("users:view");
  const found = useQuery({
    queryKey: [...key("GET /organizations/:organizationId/users"), "palette", query],
    enabled: canView && query !== "",
    queryFn: ({ signal }) =>
      api("GET /organizations/:organizationId/users", { query: { query, limit: "6" }, signal }),
  });
  if (!canView || query === "") return [];
  return (
    found.data?.items.map(({ id, name, email }) => ({
      id: `user:${id}`,
      text: name,
      about: email,
      run: () => void navigate({ to: "/users/$userId", params: { userId: id } }),
    })) ?? null
  );
}

/** For each invitation an entry that opens it, and one that sends it again if the user may. Null until loaded. */
function useInvitedEntries(query: string): readonly Entry[] | null {
  const { t } = useLingui();
  const navigate = useNavigate();
  const pending = usePendingInvitations(query, maxInvitations);
  const canResend = useCanResend();
  const { resend } = useInvitationActions();
  if (pending.isStale) return null;
  return pending.items.flatMap((invitation) => {
    const email = displayEmail(invitation.email);
    const open: Entry = {
      id: `invitation:${invitation.id}`,
      text: invitation.name ?? email,
      about: invitation.name === undefined ? t`Invited, not joined yet` : email,
      run: () => void navigate({ to: "/invitations", search: { q: invitation.email } }),
    };
    const again: Entry = {
      id: `resend:${invitation.id}`,
      text: t`Resend the invitation to ${email}`,
      run: () => resend(invitation),
    };
    return canResend(invitation) ? [open, again] : [open];
  });
}

function useSuggestedEntries(query: string): readonly Entry[] {
  const navigate = useNavigate();
  const api = useApi();
  const key = useApiKey();
  const canView = useCan("users:view");
  const found = useQuery({
    queryKey: [...key("GET /organizations/:organizationId/users/suggestions"), query],
    enabled: canView && query !== "",
    queryFn: ({ signal }) =>
      api("GET /organizations/:organizationId/users/suggestions", { query: { query }, signal }),
  });
  if (query === "") return [];
  return (found.data?.items ?? []).map((text) => ({
    id: `search:${text}`,
    text,
    run: () => void navigate({ to: "/users", search: { q: text } }),
  }));
}
