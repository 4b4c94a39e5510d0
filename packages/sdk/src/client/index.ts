/** @gatehouse/sdk/client: the whole API, one function per operation, with the contract's types. */

import { createConnection } from "./connection.ts";
import { toGatehouseError, unreachable } from "./gatehouse-error.ts";
import { type Operation, routes } from "./routes.ts";

type InputOf<S> = S extends { readonly _zod: { readonly input: infer I } } ? I : never;
type OutputOf<S> = S extends { readonly _zod: { readonly output: infer O } } ? O : undefined;
type OperationOf<N extends Operation["operationId"], O = Operation> = O extends { readonly operationId: N }
  ? O
  : never;
type RequestPart<O, K extends string> = O extends { readonly [k in K]: infer S } ? InputOf<S> : never;
/** `organizationId` defaults to the client's. */
type WithOptionalOrganization<P> = P extends { organizationId: string }
  ? Omit<P, "organizationId"> & { organizationId?: string }
  : P;
type OptionalIfEmpty<K extends string, T> = [T] extends [never]
  ? unknown
  : object extends T
    ? { readonly [k in K]?: T }
    : { readonly [k in K]: T };

/**
 * The arguments of an operation: `params`, `query` and `body` of the contract; `ifMatch`, the `etag` that an edit is based on;
 * `idempotencyKey`, so that a repeated `POST` has no second effect; and a `signal` to abort it. `organizationId` in `params`
 * defaults to the client's.
 */
export type ArgumentsOf<N extends Operation["operationId"]> = {
  readonly ifMatch?: string;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
} & OptionalIfEmpty<"params", WithOptionalOrganization<RequestPart<OperationOf<N>, "params">>> &
  OptionalIfEmpty<"query", RequestPart<OperationOf<N>, "query">> &
  OptionalIfEmpty<"body", RequestPart<OperationOf<N>, "body">>;

/**
 * The result of an operation: `body`, and `etag` for the next `ifMatch` (null for resources without versions). For files and
 * streams the `Response` itself.
 */
export type AnswerOf<N extends Operation["operationId"]> = OperationOf<N>["success"] extends {
  readonly media: unknown;
}
  ? Response
  : {
      readonly body: OutputOf<OperationOf<N>["success"]["body"]>;
      readonly etag: string | null;
    };

/** One function per operation. Each rejects with a `GatehouseError`. */
export type GatehouseClient = {
  readonly [N in Operation["operationId"]]: object extends ArgumentsOf<N>
    ? (args?: ArgumentsOf<N>) => Promise<AnswerOf<N>>
    : (args: ArgumentsOf<N>) => Promise<AnswerOf<N>>;
};

/** Options of `createClient`. */
export interface ClientOptions {
  /** URL of the installation: `https://gatehouse.example.com`. */
  readonly url: string;
  readonly apiKey: string;
  /** Default of `organizationId` in `params`. */
  readonly organizationId: string;
  readonly fetch?: typeof fetch;
  /** Response timeout in milliseconds; default 30,000. Streams have no timeout. */
  readonly timeout?: number;
}

interface RequestParts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/**
 * Creates a client for an organization's API key.
 *
 * ```ts
 * const client = createClient({ url, apiKey, organizationId });
 * const { body, etag } = await client.getUser({ params: { userId } });
 * await client.editUser({ params: { userId }, body: { name: "Ada" }, ifMatch: etag });
 * ```
 */
export function createClient(options: ClientOptions): GatehouseClient {
  const connection = createConnection({ ...options, timeout: options.timeout ?? 30_000 });
  const call = async (route: string, parts: RequestParts = {}): Promise<unknown> => {
    const [method = "GET", path = "/"] = route.split(" ");
    const { organizationId } = options;
    const params: Readonly<Record<string, string>> = { organizationId, ...parts.params };
    const resolvedPath = path.replaceAll(/:(\w+)/g, (_, name: string) =>
      encodeURIComponent(params[name] ?? ""),
    );
    const response = await connection
      .send(`${connection.url}/api/v1${resolvedPath}${toQueryString(parts.query)}`, {
        method,
        headers: toHeaders(parts),
        ...(parts.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
        signal: parts.signal ?? (isStream(route) ? null : AbortSignal.timeout(options.timeout ?? 30_000)),
      })
      .catch((error: unknown) => {
        if (parts.signal?.aborted === true) throw error;
        throw unreachable(connection.url, error);
      });
    if (!response.ok) throw await toGatehouseError(connection.url, response);
    const type = response.headers.get("content-type") ?? "";
    if (response.status !== 204 && !type.startsWith("application/json")) return response;
    if (response.status === 204) return { body: undefined, etag: response.headers.get("etag") };
    const body: unknown = await response.json().catch((error: unknown) => {
      throw unreachable(connection.url, error);
    });
    return { body, etag: response.headers.get("etag") };
  };
  const operations = Object.entries(routes).map(([name, route]) => [
    name,
    (args?: RequestParts) => call(route, args),
  ]);
  return Object.fromEntries(operations) as GatehouseClient;
}

function isStream(route: string): boolean {
  return /\/(events|changes)$/.test(route);
}

function toQueryString(query: RequestParts["query"] = {}): string {
  const entries = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return entries.length === 0 ? "" : `?${new URLSearchParams(entries)}`;
}

function toHeaders({ body, ifMatch, idempotencyKey }: RequestParts): Record<string, string> {
  return {
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
    ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
  };
}
