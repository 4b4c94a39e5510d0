/**
 * @gatehouse/sdk/request: one request to the API, with the types of the contract and without its schemas. `createClient` and
 * Gatehouse's own panel send their requests with it.
 */
import type * as contract from "../contract/index.ts";

type Exported = (typeof contract)[keyof typeof contract];
/** Every operation of the contract. */
export type Operation = Exclude<
  Extract<Exported, contract.Endpoint>,
  { readonly path: `/operator/${string}` }
>;

type RouteOf<O extends contract.Endpoint> = O extends unknown ? `${O["method"]} ${O["path"]}` : never;
/** The name of an endpoint: `"GET /me"`. */
export type RouteName = RouteOf<Operation>;
/** The operation of an endpoint. */
export type OperationAt<N extends RouteName, O = Operation> = O extends contract.Endpoint
  ? N extends RouteOf<O>
    ? O
    : never
  : never;

type SchemaInput<S> = S extends { readonly _zod: { readonly input: infer I } } ? I : never;
type SchemaOutput<S> = S extends { readonly _zod: { readonly output: infer O } } ? O : undefined;
/** `params`, `query` or `body` of an operation; `never` where it has none. */
export type RequestPart<O, K extends string> = O extends { readonly [k in K]: infer S }
  ? SchemaInput<S>
  : never;
/** The response body of an operation; `undefined` where it has none. */
export type ResponseBodyOf<O extends Operation> = SchemaOutput<O["success"]["body"]>;

/** Query values where the server reads a number are numbers or their text. */
type WithNumbers<I, O> = {
  [K in keyof I]: I[K] | (K extends keyof O ? (NonNullable<O[K]> extends number ? number : never) : never);
};
type QueryOf<O> = O extends { readonly query: infer S }
  ? WithNumbers<SchemaInput<S>, SchemaOutput<S>>
  : never;

/** `organizationId` has a default. */
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
 * `idempotencyKey`, so that a repeated `POST` has no second effect; and a `signal` to abort it.
 */
export type RequestArguments<O extends Operation> = {
  readonly ifMatch?: string;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
} & OptionalIfEmpty<"params", WithOptionalOrganization<RequestPart<O, "params">>> &
  OptionalIfEmpty<"query", QueryOf<O>> &
  OptionalIfEmpty<"body", RequestPart<O, "body">>;

/** The arguments of any operation. */
export interface RequestParts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** How requests are sent, and which errors they throw. */
export interface Transport {
  /** `/api/v1`, with or without an origin. */
  readonly base: string;
  /** Sends a request. Rejects like `fetch`. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** The error for no response, or one that can't be read. */
  readonly createUnreachableError: (cause: unknown) => Error;
  /** The error of an error response. */
  readonly readError: (response: Response) => Promise<Error>;
}

/**
 * Sends a request and returns the successful response.
 * @throws the errors of `transport`, and the reason of an aborted `signal`
 */
export async function sendRequest(
  transport: Transport,
  route: RouteName,
  parts: RequestParts = {},
): Promise<Response> {
  const url = `${transport.base}${buildPath(route, parts)}`;
  const response = await orUnreachable(transport, parts, () =>
    transport.fetch(url, {
      method: route.slice(0, route.indexOf(" ")),
      headers: buildHeaders(parts),
      ...(parts.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
      ...(parts.signal === undefined ? {} : { signal: parts.signal }),
    }),
  );
  if (!response.ok) throw await transport.readError(response);
  return response;
}

/** The JSON of a response; undefined for 204. @throws the errors of `transport` */
export async function readBody(
  transport: Transport,
  response: Response,
  parts: RequestParts = {},
): Promise<unknown> {
  return response.status === 204 ? undefined : orUnreachable(transport, parts, () => response.json());
}

async function orUnreachable<T>(
  transport: Transport,
  { signal }: RequestParts,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw signal?.aborted ? error : transport.createUnreachableError(error);
  }
}

/**
 * The path of a request with its query, without `base`.
 * @throws TypeError for a missing parameter
 */
export function buildPath(
  route: RouteName,
  { params, query }: Pick<RequestParts, "params" | "query">,
): string {
  const path = route.slice(route.indexOf(" ") + 1).replace(/:(\w+)/g, (_, name: string) => {
    const value = params?.[name];
    if (value === undefined) throw new TypeError(`"${route}" needs the parameter ${name}`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}

function buildHeaders({ body, ifMatch, idempotencyKey }: RequestParts): Record<string, string> {
  return {
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
    ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
  };
}
