import type { AuditEvent, Total } from "@gatehouse/sdk/contract";
import { useApiKey, useApiQuery } from "../../../lib/api/use-api.tsx";
import { type ListUpdates, useListUpdates } from "../../../lib/lists/updates-banner.tsx";
import { useNow } from "../../../ui/data-display/now.tsx";
import { type AuditSearch, toListQuery } from "../audit-search.ts";

const route = "GET /organizations/:organizationId/audit-events";

/** One page of the log. */
export interface EventPage {
  readonly events: readonly AuditEvent[] | null;
  readonly nextCursor: string | null;
  readonly total: Total | null;
  readonly error: unknown;
  /** The previous rows are shown while the next ones load. */
  readonly isStale: boolean;
  /** Events since the page was loaded. */
  readonly news: ListUpdates;
  readonly retry: () => void;
}

/** Loads the events for the search parameters. */
export function useEvents(search: AuditSearch): EventPage {
  const call = { query: toListQuery(search, useNow()) };
  const page = useApiQuery(route, call, { keepsPrevious: true });
  const news = useListUpdates(useApiKey()(route, call));
  const body = page.data?.body;
  return {
    events: body?.items ?? null,
    nextCursor: body?.nextCursor ?? null,
    total: body?.total ?? null,
    error: body === undefined ? page.error : null,
    isStale: page.isPlaceholderData,
    news,
    retry: () => void page.refetch(),
  };
}
