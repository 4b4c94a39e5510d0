import type { InvitationCounts, InvitationView, Total } from "@gatehouse/sdk/contract";
import { useQueryClient } from "@tanstack/react-query";
import { useApiKey, useApiQuery } from "../../../lib/api/use-api.tsx";
import { type InvitationSearch, toListQuery } from "./invitation-search.ts";

/** Poll interval in milliseconds while emails are queued. */
const pause = 3000;

/** One page of the list and its loading state. */
export interface InvitationPage {
  readonly invitations: readonly InvitationView[] | null;
  readonly nextCursor: string | null;
  readonly total: Total | null;
  /** Number of matches in each tab; null until loaded. */
  readonly counts: InvitationCounts | null;
  readonly error: unknown;
  /** The previous rows are shown while the next ones load. */
  readonly isStale: boolean;
  readonly retry: () => void;
}

/** Loads the invitations for the search parameters; polls while an email is queued. */
export function useInvitations(search: InvitationSearch): InvitationPage {
  const page = useApiQuery(
    "GET /organizations/:organizationId/invitations",
    { query: toListQuery(search) },
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

/** Reloads invitations and their counts after a change. */
export function useRefreshInvitations(): () => Promise<void> {
  const client = useQueryClient();
  const key = useApiKey();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: key("GET /organizations/:organizationId/invitations") }),
      client.invalidateQueries({ queryKey: key("GET /organizations/:organizationId/invitations/counts") }),
    ]);
  };
}
