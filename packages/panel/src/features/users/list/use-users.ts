import type { Total, UserView } from "@gatehouse/sdk/contract";
import { useDeferredValue, useMemo, useState } from "react";
import { useApiKey, useApiQuery } from "../../../lib/api/use-api.tsx";
import { type ListUpdates, useListUpdates } from "../../../lib/lists/updates-banner.tsx";
import { isFiltered, toListQuery, type UserSearch } from "./user-search.ts";

/** Rows and the search that they match. */
export interface ShownUsers {
  readonly search: UserSearch;
  /** Null until loaded. */
  readonly users: readonly UserView[] | null;
  readonly nextCursor: string | null;
  readonly total: Total | null;
}

/** One page of the list and its loading state. */
export interface UserPage {
  /** The rows of the last response, rendered with low priority so that typing is not blocked. */
  readonly shown: ShownUsers;
  /** Number of matches; null until loaded. */
  readonly total: Total | null;
  /** Number of users without search and filters; null until loaded. */
  readonly overall: Total | null;
  readonly error: unknown;
  /** The previous rows are shown while the next ones load or render. */
  readonly isStale: boolean;
  /** Changes by other users since the list was loaded. */
  readonly listUpdates: ListUpdates;
  readonly retry: () => unknown;
}

/** Loads the users for the search parameters. */
export function useUsers(search: UserSearch): UserPage {
  const filtered = isFiltered(search);
  const call = { query: toListQuery(search) };
  const page = useApiQuery("GET /organizations/:organizationId/users", call, { keepsPrevious: true });
  const listUpdates = useListUpdates(useApiKey()("GET /organizations/:organizationId/users", call));
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
  const shown = useDeferredValue(useLastWhere(answer, !page.isPlaceholderData));
  return {
    shown,
    total: answer.total,
    overall: (filtered ? all.data?.body.total : body?.total) ?? null,
    error: body === undefined ? page.error : null,
    isStale: shown !== answer,
    listUpdates,
    retry: () => page.refetch(),
  };
}

/** The last value for which `holds` was true. */
function useLastWhere<T extends object>(value: T, holds: boolean): T {
  const [last, setLast] = useState(value);
  if (!holds || last === value) return last;
  setLast(value);
  return value;
}
