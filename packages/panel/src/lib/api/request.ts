/** One request to the HTTP API, typed by the contract (types only, so that no schema reaches the browser), and its error. */

import type { FieldProblem, Problem } from "@gatehouse/sdk/contract";
import {
  type RequestArguments as ArgumentsOf,
  buildPath,
  type OperationAt,
  type RequestPart,
  type RequestParts,
  type ResponseBodyOf,
  type RouteName,
  readBody,
  sendRequest,
  type Transport,
} from "@gatehouse/sdk/request";
import { basePath } from "../base-path.ts";

interface UntypedArguments extends RequestParts {
  /** Called with the `X-Request-Id` of a successful response. */
  readonly onRequestId?: (requestId: string) => void;
}

const transport: Transport = {
  base: `${basePath}/api/v1`,
  fetch: (url, { headers, ...init }) =>
    fetch(url, {
      ...init,
      headers: {
        ...headers,
        accept: "application/json, application/problem+json",
        "accept-language": globalThis.document?.documentElement.lang ?? "en", // tests have no document
      },
      credentials: "same-origin",
    }),
  createUnreachableError: createUnreachableProblem,
  readError: readProblemDocument,
};

/**
 * Calls an endpoint and returns the body and its version.
 *
 * @throws {ApiProblem} when the server responds with an error or cannot be reached
 * @example const { body, etag } = await request("GET /organizations/:organizationId/users/:userId", { params });
 */
export async function request<N extends RouteName>(
  name: N,
  ...args: CallArguments<N>
): Promise<Versioned<ResponseBody<N>>> {
  const call: UntypedArguments = args[0] ?? {};
  const response = await sendRequest(transport, name, call);
  call.onRequestId?.(response.headers.get("x-request-id") ?? "");
  const body = await readBody(transport, response, call);
  return { body: body as ResponseBody<N>, etag: response.headers.get("etag") ?? "" };
}

/** Builds the URL of a request, also for download links. */
export function buildUrl(name: RouteName, call: Pick<RequestParts, "params" | "query">): string {
  return `${transport.base}${buildPath(name, call)}`;
}

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

interface ApiProblemFields {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string;
  readonly errors: readonly FieldProblem[];
  readonly params: Readonly<Record<string, unknown>>;
  /** Seconds from the `Retry-After` header. */
  readonly retryAfter: number | null;
}

/**
 * A failed request (RFC 9457). Without a response, `code` is `network/unreachable` and `status` is 0.
 */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string;
  readonly errors: readonly FieldProblem[];
  readonly params: Readonly<Record<string, unknown>>;
  readonly retryAfter: number | null;

  constructor(fields: ApiProblemFields, options?: ErrorOptions) {
    super(`${fields.code}: ${fields.detail}`, options);
    this.status = fields.status;
    this.code = fields.code;
    this.detail = fields.detail;
    this.requestId = fields.requestId;
    this.errors = fields.errors;
    this.params = fields.params;
    this.retryAfter = fields.retryAfter;
  }
}

/** Creates the problem of a request without a response. */
export function createUnreachableProblem(cause: unknown): ApiProblem {
  return new ApiProblem(
    {
      status: 0,
      code: "network/unreachable",
      detail: "",
      requestId: "",
      errors: [],
      params: {},
      retryAfter: null,
    },
    { cause },
  );
}

/** Reads the problem of a response. Other bodies, such as a proxy's error page, keep their status. */
export async function readProblemDocument(response: Response): Promise<ApiProblem> {
  const document = await readProblem(response);
  return new ApiProblem({
    status: response.status,
    code: document?.code ?? "internal",
    detail: document?.detail ?? "",
    requestId: document?.requestId ?? response.headers.get("x-request-id") ?? "",
    errors: document?.errors ?? [],
    params: document?.params ?? {},
    retryAfter: parseRetryAfter(response.headers.get("retry-after")),
  });
}

async function readProblem(response: Response): Promise<Partial<Problem> | null> {
  if (!response.headers.get("content-type")?.startsWith("application/problem+json")) return null;
  try {
    return (await response.json()) as Partial<Problem>;
  } catch {
    return null;
  }
}

function parseRetryAfter(header: string | null): number | null {
  const seconds = Number(header);
  return header !== null && Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
