/** The contract's endpoints by their "METHOD /path": types only, so that no schema reaches the browser. */
import type {
  RequestArguments as ArgumentsOf,
  OperationAt,
  RequestPart,
  ResponseBodyOf,
  RouteName,
} from "@gatehouse/sdk/request";

export type { RouteName };

/** The response body of an endpoint; `undefined` where it has none. */
export type ResponseBody<N extends RouteName> = ResponseBodyOf<OperationAt<N>>;

/** The request body of an endpoint. */
export type RequestBody<N extends RouteName> = RequestPart<OperationAt<N>, "body">;

/** All arguments of a request. `organizationId` is optional: the current one is the default. */
export type RequestArguments<N extends RouteName> = ArgumentsOf<OperationAt<N>>;

/** The parameters after the endpoint's name; optional where nothing is required. */
export type CallArguments<N extends RouteName> =
  object extends RequestArguments<N> ? [args?: RequestArguments<N>] : [args: RequestArguments<N>];

/** A response body with its version. */
export interface Versioned<T> {
  readonly body: T;
  /** Value for `ifMatch`; empty where the endpoint has no versions. */
  readonly etag: string;
}
