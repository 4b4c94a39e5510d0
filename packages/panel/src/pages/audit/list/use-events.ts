import type { AuditEvent, Total } from "@gatehouse/sdk/contract";
import { type News, useListNews } from "../../../app/lists/list-news.tsx";
import { useApiKey, useApiQuery } from "../../../app/session/api.tsx";
import { useNow } from "../../../ui/now.tsx";
import { type AuditSearch, listQuery } from "../audit-search.ts";

const route = "GET /organizations/:organizationId/audit-events";

/** One page of the log. */
export interface EventPage {
  readonly events: readonly AuditEvent[] | null;
  readonly nextCursor: string | null;
  readonly total: Total | null;
  readonly error: unknown;
  /** Earlier rows are shown while the next ones come. */
  readonly isStale: boolean;
  /** What happened meanwhile. */
  readonly news: News;
  readonly retry: () => void;
}

/** Events as the address asks for them. */
export function useEvents(search: AuditSearch): EventPage {
  const call = { query: listQuery(search, useNow()) };
  const page = useApiQuery(route, call, { keepsPrevious: true });
  const news = useListNews(useApiKey()(route, call));
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
