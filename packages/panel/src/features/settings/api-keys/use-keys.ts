import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useApi, useApiKey } from "../../../lib/api/use-api.tsx";

const route = "GET /organizations/:organizationId/api-keys";

/** Loads the API keys, newest first. */
export function useKeys() {
  const api = useApi();
  const key = useApiKey();
  return useInfiniteQuery({
    queryKey: key(route),
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      api(route, { query: { limit: "50", ...(pageParam === "" ? {} : { cursor: pageParam }) }, signal }),
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** Reloads the API keys after a change. */
export function useRefreshKeys(): () => Promise<void> {
  const client = useQueryClient();
  const key = useApiKey();
  return () => client.invalidateQueries({ queryKey: key(route) });
}
