/** Sends requests to Gatehouse with an API key. */
import { toGatehouseError, unreachable } from "./gatehouse-error.ts";

/** A connection to one organization of an installation. */
export interface Connection {
  /** Without a trailing slash. */
  readonly url: string;
  /** `…/api/v1/organizations/{id}`. */
  readonly base: string;
  /** Sends a request with the key. Rejects like `fetch`. */
  readonly send: (url: string, init?: RequestInit) => Promise<Response>;
  /**
   * Posts JSON and returns the response's JSON.
   * @throws GatehouseError
   */
  readonly post: (url: string, body: unknown) => Promise<unknown>;
}

/** Options of `createConnection`. */
interface ConnectionOptions {
  readonly url: string;
  readonly apiKey: string;
  readonly organizationId: string;
  readonly fetch?: typeof fetch;
  /** Response timeout in milliseconds. */
  readonly timeout: number;
}

/** Creates a connection. It sends nothing by itself. */
export function createConnection(options: ConnectionOptions): Connection {
  const url = options.url.replace(/\/+$/, "");
  const fetchFunction = options.fetch ?? fetch;
  const send: Connection["send"] = (to, init = {}) =>
    fetchFunction(to, {
      ...init,
      redirect: "manual", // never send the key to another address
      headers: { ...init.headers, authorization: `Bearer ${options.apiKey}` },
    });
  return {
    url,
    base: `${url}/api/v1/organizations/${encodeURIComponent(options.organizationId)}`,
    send,
    post: async (to, body) => {
      const response = await send(to, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(options.timeout),
      }).catch((error: unknown) => {
        throw unreachable(url, error);
      });
      if (!response.ok) throw await toGatehouseError(url, response);
      return response.json().catch((error: unknown) => {
        throw unreachable(url, error);
      });
    },
  };
}
