/** Where Gatehouse is, and with which key it is asked. */
import { errorOf, unreachable } from "./errors.ts";

/** An installation, an organization and a key. */
export interface Connection {
  /** Without a slash at the end. */
  readonly url: string;
  /** `…/api/v1/organizations/{id}`. */
  readonly base: string;
  /** A request with the key. Rejects as `fetch` does. */
  readonly send: (url: string, init?: RequestInit) => Promise<Response>;
  /**
   * Posts JSON and answers the JSON of a success.
   * @throws GatehouseError
   */
  readonly post: (url: string, body: unknown) => Promise<unknown>;
}

/** What a connection needs. */
interface ConnectionOptions {
  readonly url: string;
  readonly apiKey: string;
  readonly organizationId: string;
  readonly fetch?: typeof fetch;
  /** Milliseconds that an answer may take. */
  readonly timeout: number;
}

/** Nothing is sent before it is asked for. */
export function createConnection(options: ConnectionOptions): Connection {
  const url = options.url.replace(/\/+$/, "");
  const ask = options.fetch ?? fetch;
  const send: Connection["send"] = (to, init = {}) =>
    ask(to, {
      ...init,
      redirect: "manual", // the key is for this address alone, and what stands elsewhere is not Gatehouse
      headers: { ...init.headers, authorization: `Bearer ${options.apiKey}` },
    });
  return {
    url,
    base: `${url}/api/v1/organizations/${encodeURIComponent(options.organizationId)}`,
    send,
    post: async (to, body) => {
      const answer = await send(to, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(options.timeout),
      }).catch((error: unknown) => {
        throw unreachable(url, error);
      });
      if (!answer.ok) throw await errorOf(url, answer);
      return answer.json().catch((error: unknown) => {
        throw unreachable(url, error);
      });
    },
  };
}
