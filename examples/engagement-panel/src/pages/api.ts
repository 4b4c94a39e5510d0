/** Requests to the panel's server, and their errors. */
import type { Problem } from "../types.ts";

/** An error response, or no response (`status` 0). */
class RequestError extends Error {
  override readonly name = "RequestError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

const noResponse: Problem = {
  type: "about:blank",
  title: "No response",
  status: 0,
  code: "panel/unreachable",
  detail: "The panel’s server didn’t respond. The change may not be saved. Try again in a moment.",
};

/** Sends a GET request. @throws RequestError */
export function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return requestJson<T>(path, signal === undefined ? {} : { signal });
}

/** Sends a request with a JSON body. @throws RequestError */
export function sendJson<T>(method: "POST" | "PATCH", path: string, body: object): Promise<T> {
  return requestJson<T>(path, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function requestJson<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(path, init).catch((error: unknown) => {
    if (init.signal?.aborted) throw error;
    throw new RequestError(noResponse);
  });
  const body: unknown = await response.json().catch(() => null);
  if (response.ok && body !== null) return body as T;
  throw new RequestError(isProblem(body) ? body : { ...noResponse, status: response.status });
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body;
}

/** Converts any thrown error to a problem. */
export function toProblem(error: unknown): Problem {
  return error instanceof RequestError ? error.problem : { ...noResponse, detail: String(error) };
}
