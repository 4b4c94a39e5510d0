import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../api/problem.ts";

/**
 * The cache of the API's answers: reads are tried again only where a second try may help, changes never. A browser that
 * believes to be offline tries all the same: whoever waits is told what is wrong instead of waiting for ever, and the
 * server may run on the same machine.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < 2 && isPassing(error),
        staleTime: 5_000,
        networkMode: "always",
        refetchOnReconnect: true,
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}

function isPassing(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status === 503);
}
