import type { InvitationCounts, InvitationView, Total } from "@gatehouse/sdk/contract";
import { useQueryClient } from "@tanstack/react-query";
import { useApiKey, useApiQuery } from "../../../app/session/api.tsx";
import { type InvitationSearch, listQuery } from "./invitation-search.ts";

/** How often to look again while mails are on their way. */
const pause = 3000;

/** One page of the list and how far it has come. */
export interface InvitationPage {
  readonly invitations: readonly InvitationView[] | null;
  readonly nextCursor: string | null;
  readonly total: Total | null;
  /** Of every tab, for what is searched; null until they are known. */
  readonly counts: InvitationCounts | null;
  readonly error: unknown;
  /** Earlier rows are shown while the next ones come. */
  readonly isStale: boolean;
  readonly retry: () => void;
}

/** Invitations as the address asks for them; looked at again for as long as one waits for the mail server. */
export function useInvitations(search: InvitationSearch): InvitationPage {
  const page = useApiQuery(
    "GET /organizations/:organizationId/invitations",
    { query: listQuery(search) },
    {
      keepsPrevious: true,
      refetchEvery: ({ body }) =>
        body.items.some(({ delivery, status }) => delivery === "queued" && status === "pending")
          ? pause
          : false,
    },
  );
  const counts = useApiQuery(
    "GET /organizations/:organizationId/invitations/counts",
    { query: search.q === undefined ? {} : { query: search.q } },
    { keepsPrevious: true },
  );
  const body = page.data?.body;
  return {
    invitations: body?.items ?? null,
    nextCursor: body?.nextCursor ?? null,
    total: body?.total ?? null,
    counts: counts.data?.body ?? null,
    error: body === undefined ? page.error : null,
    isStale: page.isPlaceholderData,
    retry: () => void page.refetch(),
  };
}

/** Reads invitations and their counts again, after a change. */
export function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  const key = useApiKey();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: key("GET /organizations/:organizationId/invitations") }),
      client.invalidateQueries({ queryKey: key("GET /organizations/:organizationId/invitations/counts") }),
    ]);
  };
}
