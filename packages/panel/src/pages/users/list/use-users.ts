import type { Total, UserView } from "@gatehouse/sdk/contract";
import { useDeferredValue, useMemo, useState } from "react";
import { type News, useListNews } from "../../../app/lists/list-news.tsx";
import { useApiKey, useApiQuery } from "../../../app/session/api.tsx";
import { isFiltered, type ListSearch, listQuery } from "./list-search.ts";

/** Rows, and what was asked for by them. */
export interface ShownUsers {
  readonly search: ListSearch;
  /** Null until they have come. */
  readonly users: readonly UserView[] | null;
  readonly nextCursor: string | null;
  readonly total: Total | null;
}

/** One page of the list and how far it has come. */
export interface UserPage {
  /** The rows of the last answer, drawn where nothing is more urgent, such as the next letter of a search. */
  readonly shown: ShownUsers;
  /** How many match; null until it is known. */
  readonly total: Total | null;
  /** How many there are without search and filters; null until it is known. */
  readonly overall: Total | null;
  readonly error: unknown;
  /** Earlier rows are shown while the next ones come or are drawn. */
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
  const answer = useMemo(
    () => ({
      search,
      users: body?.items ?? null,
      nextCursor: body?.nextCursor ?? null,
      total: body?.total ?? null,
    }),
    [search, body],
  );
  const shown = useDeferredValue(useLast(answer, !page.isPlaceholderData));
  return {
    shown,
    total: answer.total,
    overall: (filtered ? all.data?.body.total : body?.total) ?? null,
    error: body === undefined ? page.error : null,
    isStale: shown !== answer,
    news,
    retry: () => void page.refetch(),
  };
}

/** The value as it was when it last held. */
function useLast<T extends object>(value: T, holds: boolean): T {
  const [last, setLast] = useState(value);
  if (!holds || last === value) return last;
  setLast(value);
  return value;
}
