/** One request to the HTTP API, typed by the contract. */
import { buildPath, type RequestParts, readBody, sendRequest, type Transport } from "@gatehouse/sdk/request";
import { createUnreachableProblem, readProblemDocument } from "./problem.ts";
import type { CallArguments, ResponseBody, RouteName, Versioned } from "./routes.ts";

interface UntypedArguments extends RequestParts {
  /** Called with the `X-Request-Id` of a successful response. */
  readonly onRequestId?: (requestId: string) => void;
}

const transport: Transport = {
  base: "/api/v1",
  fetch: (url, { headers, ...init }) =>
    fetch(url, {
      ...init,
      headers: { ...headers, accept: "application/json, application/problem+json" },
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
