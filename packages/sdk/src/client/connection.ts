/** Sends requests to Gatehouse with an API key. */
import { type ConnectionSettings, readConfiguration } from "./configuration.ts";
import { type GatehouseError, toSetupError, unreachable } from "./gatehouse-error.ts";

/** Sends a request with the key. Rejects like `fetch`, or with a GatehouseError for wrong settings. */
export type Send = (url: string, init?: RequestInit) => Promise<Response>;

/** A connection to one organization of an installation. */
export interface Connection {
  /** Without a trailing slash. */
  readonly url: string;
  readonly apiKey: string;
  readonly organizationId: string;
  /** `…/api/v1/organizations/{id}`. */
  readonly base: string;
  readonly send: Send;
  /**
   * Posts JSON and returns the response's JSON.
   * @throws GatehouseError
   */
  readonly post: (url: string, body: unknown) => Promise<unknown>;
}

/** Options of `createConnection`. */
interface ConnectionOptions extends ConnectionSettings {
  readonly fetch?: typeof fetch;
  /** Response timeout in milliseconds. */
  readonly timeout: number;
}

/** Creates the function that sends requests with a key. Every request rejects with `error` unless it is null. */
export function createSend({
  error,
  key,
  fetch: fetchFunction = fetch,
}: {
  readonly error: GatehouseError | null;
  readonly key: string;
  readonly fetch?: typeof fetch | undefined;
}): Send {
  return async (to, init = {}) => {
    if (error !== null) throw error;
    return fetchFunction(to, {
      ...init,
      redirect: "manual", // never send the key to another address
      headers: { ...init.headers, authorization: `Bearer ${key}` },
    });
  };
}

/** Creates a connection. It sends nothing by itself. */
export function createConnection(options: ConnectionOptions): Connection {
  const { url, apiKey, organizationId, error } = readConfiguration(options);
  const send = createSend({ error, key: apiKey, fetch: options.fetch });
  return {
    url,
    apiKey,
    organizationId,
    base: `${url}/api/v1/organizations/${encodeURIComponent(organizationId)}`,
    send,
    post: async (to, body) => {
      const response = await send(to, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(options.timeout),
      }).catch((cause: unknown) => {
        throw unreachable(url, cause);
      });
      if (!response.ok) throw await toSetupError(url, organizationId, response);
      return response.json().catch((cause: unknown) => {
        throw unreachable(url, cause);
      });
    },
  };
}
