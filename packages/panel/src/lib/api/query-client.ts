import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./request.ts";

/**
 * Creates the query cache. Reads are retried only after temporary errors, mutations never. Requests are sent even when
 * the browser reports to be offline: the user then sees an error instead of waiting, and the server may run on the same
 * machine.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < 2 && isTemporary(error),
        staleTime: 5_000,
        networkMode: "always",
        refetchOnReconnect: true,
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}

function isTemporary(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status === 503);
}
