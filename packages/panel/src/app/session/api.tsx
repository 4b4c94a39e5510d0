/** Calls of the API from pages: the organization is filled in, and a session that ended is asked for again. */
import { type QueryKey, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { ApiProblem } from "../api/problem.ts";
import { request } from "../api/request.ts";
import type { AnswerOf, ArgumentsOf, CallOf, RouteName, Versioned } from "../api/routes.ts";
import { createOwnChanges, type OwnChanges } from "./own-changes.ts";
import type { SessionGate } from "./session-gate.ts";

/** Calls an endpoint and answers its body. */
export interface Api {
  <N extends RouteName>(name: N, ...given: CallOf<N>): Promise<AnswerOf<N>>;
  /** The same with the version (`etag`) that an edit is based on. */
  versioned<N extends RouteName>(name: N, ...given: CallOf<N>): Promise<Versioned<AnswerOf<N>>>;
}

/** Builds the calls for one organization; those that change something are noted as one's own. */
export function createApi(organizationId: string, gate: SessionGate, own = createOwnChanges()): Api {
  async function versioned<N extends RouteName>(
    name: N,
    ...given: CallOf<N>
  ): Promise<Versioned<AnswerOf<N>>> {
    const call = given[0] as { readonly params?: Readonly<Record<string, string>> } | undefined;
    const complete = { ...call, params: { organizationId, ...call?.params } };
    const send = (more: object) => request(name, ...([{ ...complete, ...more }] as unknown as CallOf<N>));
    for (;;) {
      try {
        if (name.startsWith("GET ")) return await send({});
        return await own.track((noteRequestId) => send({ noteRequestId }));
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.code !== "auth/required") throw error;
        if (!(await gate.wait())) throw error;
      }
    }
  }
  const api = async <N extends RouteName>(name: N, ...given: CallOf<N>) =>
    (await versioned(name, ...given)).body;
  return Object.assign(api, { versioned });
}

interface ApiValue {
  readonly api: Api;
  readonly organizationId: string;
  readonly own: OwnChanges;
}

const ApiContext = createContext<ApiValue | null>(null);

interface ApiProviderProps {
  readonly organizationId: string;
  readonly gate: SessionGate;
  readonly children: ReactNode;
}

/** Gives the pages their calls. */
export function ApiProvider({ organizationId, gate, children }: ApiProviderProps) {
  const value = useMemo(() => {
    const own = createOwnChanges();
    return { api: createApi(organizationId, gate, own), organizationId, own };
  }, [organizationId, gate]);
  return <ApiContext value={value}>{children}</ApiContext>;
}

/**
 * The API, typed by the contract. A call rejects with `ApiProblem`; when the session has ended, it waits until the
 * person has signed in again and then goes on.
 *
 * @example const api = useApi(); await api("DELETE /organizations/:organizationId/users/:userId", { params: { userId }, ifMatch });
 */
export function useApi(): Api {
  return useApiContext().api;
}

/** Key of a query, to invalidate it: `["api", organizationId, "GET /…", call]`. Leave out the call to mean all of them. */
export function useApiKey(): <N extends RouteName>(name: N, call?: ArgumentsOf<N>) => QueryKey {
  const { organizationId } = useApiContext();
  return (name, call) =>
    call === undefined ? ["api", organizationId, name] : ["api", organizationId, name, call];
}

/** Marks a query whose rows somebody is looking at: they may change in place, but not come, go or move by themselves. */
const keepsRows = { keepsRows: true } as const;

interface ApiQueryOptions<A> {
  readonly enabled?: boolean;
  /** Milliseconds until the answer is asked for again while the page is in sight; false for not at all. */
  readonly refetchEvery?: (answer: Versioned<A>) => number | false;
  /** What was shown before stays in sight while the next answer comes. */
  readonly keepsPrevious?: boolean;
  readonly staleTime?: number;
}

/**
 * Reads from the API and keeps the answer. `data` is `{ body, etag }`; a newer call aborts the older one.
 *
 * @example const users = useApiQuery("GET /organizations/:organizationId/users", { query: { sort: "name" } }, { keepsPrevious: true });
 */
export function useApiQuery<N extends RouteName>(
  name: N,
  call: ArgumentsOf<N>,
  options: ApiQueryOptions<AnswerOf<N>> = {},
): UseQueryResult<Versioned<AnswerOf<N>>, ApiProblem> {
  const { api, organizationId } = useApiContext();
  return useQuery<Versioned<AnswerOf<N>>, ApiProblem>({
    queryKey: ["api", organizationId, name, call],
    queryFn: ({ signal }) => api.versioned(name, ...([{ ...call, signal }] as unknown as CallOf<N>)),
    ...(options.enabled === undefined ? {} : { enabled: options.enabled }),
    ...(options.staleTime === undefined ? {} : { staleTime: options.staleTime }),
    ...(options.refetchEvery === undefined
      ? {}
      : {
          refetchInterval: ({ state }) =>
            state.data === undefined ? false : (options.refetchEvery?.(state.data) ?? false),
        }),
    ...(options.keepsPrevious
      ? { placeholderData: (previous: Versioned<AnswerOf<N>> | undefined) => previous, meta: keepsRows }
      : {}),
  });
}

/** The organization of the calls, with what this page has changed in it. */
export function useApiContext(): ApiValue {
  const value = useContext(ApiContext);
  if (value === null) throw new Error("useApi needs the shell around it");
  return value;
}
