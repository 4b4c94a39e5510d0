import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../api/problem.ts";

/** The cache of the API's answers: reads are tried again only where a second try may help, changes never. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: (failures, error) => failures < 2 && isPassing(error), staleTime: 5_000 },
      mutations: { retry: false },
    },
  });
}

function isPassing(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status === 503);
}
