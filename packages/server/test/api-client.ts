/** An HTTP client for the application, without a socket. */
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from "fastify";
import { expect } from "vitest";

/** Headers by name. */
type Headers = Readonly<Record<string, string>>;

/** A response; `json()` is its body. */
export type ApiResponse = LightMyRequestResponse;

/** A client of one caller. Paths are below `/api/v1`. */
export interface ApiClient {
  readonly get: (path: string, headers?: Headers) => Promise<ApiResponse>;
  readonly post: (path: string, body?: unknown, headers?: Headers) => Promise<ApiResponse>;
  readonly put: (path: string, body?: unknown, headers?: Headers) => Promise<ApiResponse>;
  readonly patch: (path: string, body?: unknown, headers?: Headers) => Promise<ApiResponse>;
  readonly delete: (path: string, headers?: Headers) => Promise<ApiResponse>;
}

/** Headers of every request. Called for each request, so a session can be created on first use. */
export type Credentials = () => Promise<Headers>;

/** A client with these credentials. */
export function createApiClient(app: FastifyInstance, credentials: Credentials): ApiClient {
  const send = async (
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    headers: Headers = {},
    body?: unknown,
  ): Promise<ApiResponse> => {
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
    get: (path, headers) => send("GET", path, headers),
    post: (path, body, headers) => send("POST", path, headers, body),
    put: (path, body, headers) => send("PUT", path, headers, body),
    patch: (path, body, headers) => send("PATCH", path, headers, body),
    delete: (path, headers) => send("DELETE", path, headers),
  };
}

/** Matches the ETag of a changed resource: its version and a random revision. */
export function matchEtag(version: number): unknown {
  return expect.stringMatching(new RegExp(`^"${version}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"$`));
}

/** An `If-Match` header with the current ETag of a resource. */
export async function getIfMatch(client: ApiClient, path: string): Promise<{ readonly "if-match": string }> {
  return { "if-match": String((await client.get(path)).headers["etag"]) };
}
