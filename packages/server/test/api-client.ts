/** Asks the application over HTTP, without a socket, as somebody. */
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from "fastify";

/** Headers by name. */
type Headers = Readonly<Record<string, string>>;

/** An answer; `json()` is its body. */
export type Answer = LightMyRequestResponse;

/** One caller. Paths are below `/api/v1`. */
export interface ApiClient {
  readonly get: (path: string, headers?: Headers) => Promise<Answer>;
  readonly post: (path: string, body?: unknown, headers?: Headers) => Promise<Answer>;
  readonly put: (path: string, body?: unknown, headers?: Headers) => Promise<Answer>;
  readonly patch: (path: string, body?: unknown, headers?: Headers) => Promise<Answer>;
  readonly delete: (path: string, headers?: Headers) => Promise<Answer>;
}

/** What every request of a caller carries. Asked anew each time, so that it may be made when it is first needed. */
export type Credentials = () => Promise<Headers>;

/** A caller with these credentials. */
export function createApiClient(app: FastifyInstance, credentials: Credentials): ApiClient {
  const ask = async (
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    headers: Headers = {},
    body?: unknown,
  ): Promise<Answer> => {
    const options: InjectOptions = {
      method,
      url: `/api/v1${path}`,
      headers: { ...(await credentials()), ...headers },
    };
    return app.inject(
      body === undefined
        ? options
        : {
            ...options,
            payload: JSON.stringify(body),
            headers: {
              "content-type": "application/json",
              ...options.headers,
            },
          },
    );
  };
  return {
    get: (path, headers) => ask("GET", path, headers),
    post: (path, body, headers) => ask("POST", path, headers, body),
    put: (path, body, headers) => ask("PUT", path, headers, body),
    patch: (path, body, headers) => ask("PATCH", path, headers, body),
    delete: (path, headers) => ask("DELETE", path, headers),
  };
}
