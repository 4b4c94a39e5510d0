/** One call of the HTTP API, typed by the contract. */
import { problemOf, unreachable } from "./problem.ts";
import type { AnswerOf, CallOf, RouteName, Versioned } from "./routes.ts";

interface LooseArguments {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  /** Gets the id under which the server knows a request that it has answered well. */
  readonly noteRequestId?: (requestId: string) => void;
}

/**
 * Calls an endpoint and answers its body with its version.
 *
 * @throws {ApiProblem} whatever the server refuses, and when it cannot be reached.
 * @example const { body, etag } = await request("GET /organizations/:organizationId/users/:userId", { params });
 */
export async function request<N extends RouteName>(
  name: N,
  ...given: CallOf<N>
): Promise<Versioned<AnswerOf<N>>> {
  const call: LooseArguments = given[0] ?? {};
  const method = name.slice(0, name.indexOf(" "));
  const response = await send(addressOf(name, call), {
    method,
    headers: headersOf(call),
    credentials: "same-origin",
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  });
  if (!response.ok) throw await problemOf(response);
  call.noteRequestId?.(response.headers.get("x-request-id") ?? "");
  const body = response.status === 204 ? undefined : await response.json();
  return { body: body as AnswerOf<N>, etag: response.headers.get("etag") ?? "" };
}

/** The address of a call, also for links that download. */
export function addressOf(name: RouteName, call: Pick<LooseArguments, "params" | "query">): string {
  const path = name.slice(name.indexOf(" ") + 1).replace(/:(\w+)/g, (_, key: string) => {
    const value = call.params?.[key];
    if (value === undefined) throw new Error(`"${name}" needs the parameter ${key}`);
    return encodeURIComponent(value);
  });
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(call.query ?? {})) if (value !== undefined) query.set(key, value);
  return `/api/v1${path}${query.size > 0 ? `?${query}` : ""}`;
}

function headersOf(call: LooseArguments): Record<string, string> {
  return {
    accept: "application/json, application/problem+json",
    ...(call.body === undefined ? {} : { "content-type": "application/json" }),
    ...(call.ifMatch === undefined ? {} : { "if-match": call.ifMatch }),
    ...(call.idempotencyKey === undefined ? {} : { "idempotency-key": call.idempotencyKey }),
  };
}

async function send(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw unreachable(error);
  }
}
