/** @gatehouse/sdk/client: the whole API, an operation a function, typed by the contract. */
import { type Operation, routes } from "./client-routes.ts";
import { createConnection } from "./connection.ts";
import { errorOf, unreachable } from "./errors.ts";

type Written<S> = S extends { readonly _zod: { readonly input: infer I } } ? I : never;
type Read<S> = S extends { readonly _zod: { readonly output: infer O } } ? O : undefined;
type Find<N extends Operation["operationId"], O = Operation> = O extends { readonly operationId: N }
  ? O
  : never;
type Part<O, K extends string> = O extends { readonly [k in K]: infer S } ? Written<S> : never;
/** The client's organization is filled in where the caller names no other one. */
type Loose<P> = P extends { organizationId: string }
  ? Omit<P, "organizationId"> & { organizationId?: string }
  : P;
type Given<K extends string, T> = [T] extends [never]
  ? unknown
  : object extends T
    ? { readonly [k in K]?: T }
    : { readonly [k in K]: T };

/**
 * What an operation takes: its `params`, `query` and `body`, as the contract has them; `ifMatch`, the `etag` that an edit is
 * based on; `idempotencyKey`, which makes a repeated `POST` one and the same; and a `signal` that ends it. `organizationId`
 * is the client's own unless `params` names another one.
 */
export type ArgumentsOf<N extends Operation["operationId"]> = {
  readonly ifMatch?: string;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
} & Given<"params", Loose<Part<Find<N>, "params">>> &
  Given<"query", Part<Find<N>, "query">> &
  Given<"body", Part<Find<N>, "body">>;

/**
 * What an operation answers: `body`, with `etag` for the next `ifMatch` (null where there are no versions); for files and
 * streams the `Response` itself.
 */
export type AnswerOf<N extends Operation["operationId"]> = Find<N>["success"] extends {
  readonly media: unknown;
}
  ? Response
  : {
      readonly body: Read<Find<N>["success"]["body"]>;
      readonly etag: string | null;
    };

/** A function for each operation. Each rejects with a `GatehouseError`. */
export type GatehouseClient = {
  readonly [N in Operation["operationId"]]: object extends ArgumentsOf<N>
    ? (given?: ArgumentsOf<N>) => Promise<AnswerOf<N>>
    : (given: ArgumentsOf<N>) => Promise<AnswerOf<N>>;
};

/** What `createClient` needs. */
export interface ClientOptions {
  /** Address of the installation: `https://gatehouse.example.com`. */
  readonly url: string;
  readonly apiKey: string;
  /** Taken where `params` names no other one. */
  readonly organizationId: string;
  readonly fetch?: typeof fetch;
  /** Milliseconds that an answer may take; 30,000 unless given. Streams have no limit. */
  readonly timeout?: number;
}

interface Plain {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/**
 * A client of one organization's API key.
 *
 * ```ts
 * const client = createClient({ url, apiKey, organizationId });
 * const { body, etag } = await client.getUser({ params: { userId } });
 * await client.editUser({ params: { userId }, body: { name: "Ada" }, ifMatch: etag });
 * ```
 */
export function createClient(options: ClientOptions): GatehouseClient {
  const connection = createConnection({ ...options, timeout: options.timeout ?? 30_000 });
  const call = async (route: string, given: Plain = {}): Promise<unknown> => {
    const [method = "GET", path = "/"] = route.split(" ");
    const { organizationId } = options;
    const params: Readonly<Record<string, string>> = { organizationId, ...given.params };
    const place = path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
    const answer = await connection
      .send(`${connection.url}/api/v1${place}${queryOf(given.query)}`, {
        method,
        headers: headersOf(given),
        ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
        signal: given.signal ?? (isStream(route) ? null : AbortSignal.timeout(options.timeout ?? 30_000)),
      })
      .catch((error: unknown) => {
        if (given.signal?.aborted === true) throw error;
        throw unreachable(connection.url, error);
      });
    if (!answer.ok) throw await errorOf(connection.url, answer);
    const type = answer.headers.get("content-type") ?? "";
    if (answer.status !== 204 && !type.startsWith("application/json")) return answer;
    if (answer.status === 204) return { body: undefined, etag: answer.headers.get("etag") };
    const body: unknown = await answer.json().catch((error: unknown) => {
      throw unreachable(connection.url, error);
    });
    return { body, etag: answer.headers.get("etag") };
  };
  const operations = Object.entries(routes).map(([name, route]) => [
    name,
    (given?: Plain) => call(route, given),
  ]);
  return Object.fromEntries(operations) as GatehouseClient;
}

function isStream(route: string): boolean {
  return /\/(events|changes)$/.test(route);
}

function queryOf(query: Plain["query"] = {}): string {
  const known = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return known.length === 0 ? "" : `?${new URLSearchParams(known)}`;
}

function headersOf({ body, ifMatch, idempotencyKey }: Plain): Record<string, string> {
  return {
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
    ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
  };
}
