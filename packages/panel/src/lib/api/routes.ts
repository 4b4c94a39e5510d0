/** The contract's endpoints by their "METHOD /path": types only, so that no schema reaches the browser. */
import type * as contract from "@gatehouse/sdk/contract";

type Exported = (typeof contract)[keyof typeof contract];
type Operation = Extract<Exported, contract.Endpoint>;
type RouteNameFor<O extends contract.Endpoint> = O extends unknown ? `${O["method"]} ${O["path"]}` : never;

/** Name of an endpoint, for instance `"GET /me"`. */
export type RouteName = RouteNameFor<Operation>;

type EndpointFor<N extends RouteName, O = Operation> = O extends contract.Endpoint
  ? N extends RouteNameFor<O>
    ? O
    : never
  : never;
type SchemaInput<S> = S extends { readonly _zod: { readonly input: infer I } } ? I : never;
type SchemaOutput<S> = S extends { readonly _zod: { readonly output: infer O } } ? O : undefined;

/** The response body of an endpoint; `undefined` where it has none. */
export type ResponseBody<N extends RouteName> = SchemaOutput<EndpointFor<N>["success"]["body"]>;

/** The request body of an endpoint. */
export type RequestBody<N extends RouteName> =
  EndpointFor<N> extends { readonly body: infer B } ? SchemaInput<B> : never;

/** The query parameters of an endpoint. */
type RequestQuery<N extends RouteName> =
  EndpointFor<N> extends { readonly query: infer Q } ? SchemaInput<Q> : never;

type RequestParams<N extends RouteName> =
  EndpointFor<N> extends { readonly params: infer P } ? SchemaInput<P> : never;
/** `organizationId` is optional: the current one is the default. */
type OptionalOrganization<P> = Omit<P, "organizationId"> & { readonly organizationId?: string };
type Property<K extends string, T> = [T] extends [never]
  ? unknown
  : object extends T
    ? { readonly [k in K]?: T }
    : { readonly [k in K]: T };

interface RequestOptions {
  /** The `ETag` of the version that is changed. */
  readonly ifMatch?: string;
  /** Makes it safe to repeat a `POST`. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** All arguments of a request. */
export type RequestArguments<N extends RouteName> = RequestOptions &
  Property<"params", [RequestParams<N>] extends [never] ? never : OptionalOrganization<RequestParams<N>>> &
  Property<"query", RequestQuery<N>> &
  Property<"body", RequestBody<N>>;

/** The parameters after the endpoint's name; optional where nothing is required. */
export type CallArguments<N extends RouteName> =
  object extends RequestArguments<N> ? [args?: RequestArguments<N>] : [args: RequestArguments<N>];

/** A response body with its version. */
export interface Versioned<T> {
  readonly body: T;
  /** Value for `ifMatch`; empty where the endpoint has no versions. */
  readonly etag: string;
}
