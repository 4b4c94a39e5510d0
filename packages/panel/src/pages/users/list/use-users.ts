import type { Total, UserView } from "@gatehouse/sdk/contract";
import { type News, useListNews } from "../../../app/lists/list-news.tsx";
import { useApiKey, useApiQuery } from "../../../app/session/api.tsx";
import { isFiltered, type ListSearch, listQuery } from "./list-search.ts";

/** One page of the list and how far it has come. */
export interface UserPage {
  readonly users: readonly UserView[] | null;
  readonly nextCursor: string | null;
  readonly total: Total | null;
  /** How many there are without search and filters; null until it is known. */
  readonly overall: Total | null;
  readonly error: unknown;
  /** Earlier rows are shown while the next ones come. */
  readonly isStale: boolean;
  /** What others changed meanwhile. */
  readonly news: News;
  readonly retry: () => void;
}

/** Users as the address asks for them. */
export function useUsers(search: ListSearch): UserPage {
  const filtered = isFiltered(search);
  const call = { query: listQuery(search) };
  const page = useApiQuery("GET /organizations/:organizationId/users", call, { keepsPrevious: true });
  const news = useListNews(useApiKey()("GET /organizations/:organizationId/users", call));
  const all = useApiQuery(
    "GET /organizations/:organizationId/users",
    { query: { limit: "1" } },
    { enabled: filtered, staleTime: 60_000 },
  );
  const body = page.data?.body;
  return {
    users: body?.items ?? null,
    nextCursor: body?.nextCursor ?? null,
    total: body?.total ?? null,
    overall: (filtered ? all.data?.body.total : body?.total) ?? null,
    error: body === undefined ? page.error : null,
    isStale: page.isPlaceholderData,
    news,
    retry: () => void page.refetch(),
  };
}
