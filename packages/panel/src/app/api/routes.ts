/** The contract's endpoints by their "METHOD /path": types only, so that no schema reaches the browser. */
import type * as contract from "@gatehouse/sdk/contract";

type Exported = (typeof contract)[keyof typeof contract];
type Operation = Extract<Exported, contract.Endpoint>;
type NameOf<O extends contract.Endpoint> = O extends unknown ? `${O["method"]} ${O["path"]}` : never;

/** Name of an endpoint, for instance `"GET /me"`. */
export type RouteName = NameOf<Operation>;

type Find<N extends RouteName, O = Operation> = O extends contract.Endpoint
  ? N extends NameOf<O>
    ? O
    : never
  : never;
type Written<S> = S extends { readonly _zod: { readonly input: infer I } } ? I : never;
type Read<S> = S extends { readonly _zod: { readonly output: infer O } } ? O : undefined;

/** What an endpoint answers; `undefined` where the answer has no body. */
export type AnswerOf<N extends RouteName> = Read<Find<N>["success"]["body"]>;

/** The body that an endpoint takes. */
export type BodyOf<N extends RouteName> = Find<N> extends { readonly body: infer B } ? Written<B> : never;

/** The query that an endpoint takes. */
type QueryOf<N extends RouteName> = Find<N> extends { readonly query: infer Q } ? Written<Q> : never;

type ParamsOf<N extends RouteName> = Find<N> extends { readonly params: infer P } ? Written<P> : never;
/** The current organization is filled in where the caller does not name another one. */
type Loose<P> = Omit<P, "organizationId"> & { readonly organizationId?: string };
type Given<K extends string, T> = [T] extends [never]
  ? unknown
  : object extends T
    ? { readonly [k in K]?: T }
    : { readonly [k in K]: T };

interface RequestOptions {
  /** The `ETag` that the change is based on. */
  readonly ifMatch?: string;
  /** Makes a repeated `POST` one and the same. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** Everything a call of an endpoint may or must carry. */
export type ArgumentsOf<N extends RouteName> = RequestOptions &
  Given<"params", [ParamsOf<N>] extends [never] ? never : Loose<ParamsOf<N>>> &
  Given<"query", QueryOf<N>> &
  Given<"body", BodyOf<N>>;

/** The arguments after the endpoint's name; they may be left out where nothing is required. */
export type CallOf<N extends RouteName> =
  object extends ArgumentsOf<N> ? [given?: ArgumentsOf<N>] : [given: ArgumentsOf<N>];

/** An answer with the version that an edit of it is based on. */
export interface Versioned<T> {
  readonly body: T;
  /** Value for `ifMatch`; empty where the endpoint has no versions. */
  readonly etag: string;
}
