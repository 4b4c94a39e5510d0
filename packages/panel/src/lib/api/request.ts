/** One request to the HTTP API, typed by the contract. */
import { createUnreachableProblem, readProblemDocument } from "./problem.ts";
import type { CallArguments, ResponseBody, RouteName, Versioned } from "./routes.ts";

interface UntypedArguments {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  /** Called with the `X-Request-Id` of a successful response. */
  readonly onRequestId?: (requestId: string) => void;
}

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
  const method = name.slice(0, name.indexOf(" "));
  const response = await send(buildUrl(name, call), {
    method,
    headers: buildHeaders(call),
    credentials: "same-origin",
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  });
  if (!response.ok) throw await readProblemDocument(response);
  call.onRequestId?.(response.headers.get("x-request-id") ?? "");
  const body = response.status === 204 ? undefined : await response.json();
  return { body: body as ResponseBody<N>, etag: response.headers.get("etag") ?? "" };
}

/** Builds the URL of a request, also for download links. */
export function buildUrl(name: RouteName, call: Pick<UntypedArguments, "params" | "query">): string {
  const path = name.slice(name.indexOf(" ") + 1).replace(/:(\w+)/g, (_, key: string) => {
    const value = call.params?.[key];
    if (value === undefined) throw new Error(`"${name}" needs the parameter ${key}`);
    return encodeURIComponent(value);
  });
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(call.query ?? {})) if (value !== undefined) query.set(key, value);
  return `/api/v1${path}${query.size > 0 ? `?${query}` : ""}`;
}

function buildHeaders(call: UntypedArguments): Record<string, string> {
  return {
    accept: "application/json, application/problem+json",
    ...(call.body === undefined ? {} : { "content-type": "application/json" }),
    ...(call.ifMatch === undefined ? {} : { "if-match": call.ifMatch }),
    ...(call.idempotencyKey === undefined ? {} : { "idempotency-key": call.idempotencyKey }),
  };
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw createUnreachableProblem(error);
  }
}
