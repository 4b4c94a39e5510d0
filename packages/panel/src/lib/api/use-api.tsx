/** API calls from pages: fills in the organization, and waits for a new sign-in when the session has ended. */
import { type QueryKey, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import type { Reauthentication } from "../session/reauthentication.ts";
import {
  ApiProblem,
  type CallArguments,
  type RequestArguments,
  type ResponseBody,
  type RouteName,
  request,
  type Versioned,
} from "./request.ts";

/** Calls an endpoint and returns its body. */
export interface Api {
  <N extends RouteName>(name: N, ...given: CallArguments<N>): Promise<ResponseBody<N>>;
  /** Returns also the version (`etag`), for a later `If-Match`. */
  versioned<N extends RouteName>(name: N, ...given: CallArguments<N>): Promise<Versioned<ResponseBody<N>>>;
}

/** Creates the client for one organization. Requests that change something are recorded in `ownChanges`. */
export function createApi(
  organizationId: string,
  reauthentication: Reauthentication,
  ownChanges = createOwnChanges(),
): Api {
  async function versioned<N extends RouteName>(
    name: N,
    ...given: CallArguments<N>
  ): Promise<Versioned<ResponseBody<N>>> {
    const call = given[0] as { readonly params?: Readonly<Record<string, string>> } | undefined;
    const complete = { ...call, params: { organizationId, ...call?.params } };
    const send = (more: object) =>
      request(name, ...([{ ...complete, ...more }] as unknown as CallArguments<N>));
    for (;;) {
      try {
        if (name.startsWith("GET ")) return await send({});
        return await ownChanges.track((onRequestId) => send({ onRequestId }));
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.code !== "auth/required") throw error;
        if (!(await reauthentication.wait())) throw error;
      }
    }
  }
  const api = async <N extends RouteName>(name: N, ...given: CallArguments<N>) =>
    (await versioned(name, ...given)).body;
  return Object.assign(api, { versioned });
}

interface ApiValue {
  readonly api: Api;
  readonly organizationId: string;
  readonly ownChanges: OwnChanges;
}

const ApiContext = createContext<ApiValue | null>(null);

interface ApiProviderProps {
  readonly organizationId: string;
  readonly reauthentication: Reauthentication;
  readonly children: ReactNode;
}

/** Provides the API client. */
export function ApiProvider({ organizationId, reauthentication, children }: ApiProviderProps) {
  const value = useMemo(() => {
    const ownChanges = createOwnChanges();
    return { api: createApi(organizationId, reauthentication, ownChanges), organizationId, ownChanges };
  }, [organizationId, reauthentication]);
  return <ApiContext value={value}>{children}</ApiContext>;
}

/**
 * The API, typed by the contract. A call rejects with `ApiProblem`. When the session has ended, it waits until the
 * user has signed in again and then repeats the request.
 *
 * @example const api = useApi(); await api("DELETE /organizations/:organizationId/users/:userId", { params: { userId }, ifMatch });
 */
export function useApi(): Api {
  return useApiContext().api;
}

/** Creates query keys: `["api", organizationId, "GET /…", call]`. Without `call` the key matches every call of the endpoint. */
export function useApiKey(): <N extends RouteName>(name: N, call?: RequestArguments<N>) => QueryKey {
  const { organizationId } = useApiContext();
  return (name, call) =>
    call === undefined ? ["api", organizationId, name] : ["api", organizationId, name, call];
}

/** Marks a query whose rows may be updated in place, but not inserted, removed or moved without a click. */
const keepsRowsMeta = { keepsRows: true } as const;

interface ApiQueryOptions<A> {
  readonly enabled?: boolean;
  /** Polling interval in milliseconds while the page is visible; false stops polling. */
  readonly refetchEvery?: (answer: Versioned<A>) => number | false;
  /** Shows the previous response until the next one has arrived. */
  readonly keepsPrevious?: boolean;
  readonly staleTime?: number;
}

/**
 * Reads from the API through the query cache. `data` is `{ body, etag }`; a newer call aborts the older one.
 *
 * @example const users = useApiQuery("GET /organizations/:organizationId/users", { query: { sort: "name" } }, { keepsPrevious: true });
 */
export function useApiQuery<N extends RouteName>(
  name: N,
  call: RequestArguments<N>,
  options: ApiQueryOptions<ResponseBody<N>> = {},
): UseQueryResult<Versioned<ResponseBody<N>>, ApiProblem> {
  const { api, organizationId } = useApiContext();
  return useQuery<Versioned<ResponseBody<N>>, ApiProblem>({
    queryKey: ["api", organizationId, name, call],
    queryFn: ({ signal }) => api.versioned(name, ...([{ ...call, signal }] as unknown as CallArguments<N>)),
    ...(options.enabled === undefined ? {} : { enabled: options.enabled }),
    ...(options.staleTime === undefined ? {} : { staleTime: options.staleTime }),
    ...(options.refetchEvery === undefined
      ? {}
      : {
          refetchInterval: ({ state }) =>
            state.data === undefined ? false : (options.refetchEvery?.(state.data) ?? false),
        }),
    ...(options.keepsPrevious
      ? {
          placeholderData: (previous: Versioned<ResponseBody<N>> | undefined) => previous,
          meta: keepsRowsMeta,
        }
      : {}),
  });
}

/** The API client with its organization and the changes made by this page. */
export function useApiContext(): ApiValue {
  const value = useContext(ApiContext);
  if (value === null) throw new Error("useApi needs an ApiProvider");
  return value;
}

/** Requests of this page that changed something, so that their change events cause no refetch. */
export interface OwnChanges {
  /** Runs a request and records its id. */
  readonly track: <T>(run: (onRequestId: (requestId: string) => void) => Promise<T>) => Promise<T>;
  /** Whether this page sent the request. */
  readonly includes: (requestId: string) => boolean;
  /** Resolves when no request is pending, so that `includes` knows all of them. */
  readonly settled: () => Promise<void>;
}

/** More than a slow server may report late. */
const maxRequestIds = 200;

/** Creates an empty record. */
export function createOwnChanges(): OwnChanges {
  const ids = new Set<string>();
  const pending = new Set<Promise<unknown>>();
  const remember = (requestId: string): void => {
    ids.add(requestId);
    const [oldest] = ids;
    if (oldest !== undefined && ids.size > maxRequestIds) ids.delete(oldest);
  };
  return {
    track: async (run) => {
      const running = run(remember);
      pending.add(running);
      try {
        return await running;
      } finally {
        pending.delete(running);
      }
    },
    includes: (requestId) => ids.has(requestId),
    settled: async () => {
      while (pending.size > 0) await Promise.allSettled(pending);
    },
  };
}
