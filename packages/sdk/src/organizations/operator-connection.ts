/** Sends requests to Gatehouse with the operator's key. */
import { findUrlError, missingSetting, normalizeUrl } from "../client/configuration.ts";
import { createSend, type Send } from "../client/connection.ts";
import { GatehouseError } from "../client/gatehouse-error.ts";

/** A connection to all organizations of an installation. */
export interface OperatorConnection {
  /** Without a trailing slash. */
  readonly url: string;
  /** `…/api/v1/operator`. */
  readonly base: string;
  /** Sends a request with the key. Rejects like `fetch`, or with a GatehouseError for wrong settings. */
  readonly send: Send;
}

/** Where Gatehouse is, and the key. */
export interface OperatorSettings {
  readonly url: string | undefined;
  readonly operatorKey: string | undefined;
  readonly fetch?: typeof fetch;
}

/** Creates a connection. It sends nothing by itself. */
export function createOperatorConnection(settings: OperatorSettings): OperatorConnection {
  const url = normalizeUrl(settings.url);
  const key = (settings.operatorKey ?? "").trim();
  const detail = findUrlError(url) ?? findKeyError(key);
  const error = detail === null ? null : new GatehouseError("gatehouse/configuration", detail);
  return { url, base: `${url}/api/v1/operator`, send: createSend({ error, key, fetch: settings.fetch }) };
}

function findKeyError(key: string): string | null {
  if ("document" in globalThis)
    return "`operatorKey` opens every organization. Use it on a server, and never send it to a browser.";
  if (key === "") return missingSetting("operatorKey", "the installation's OPERATOR_TOKEN");
  if (key.startsWith("ghk_"))
    return "`operatorKey` is an API key of one organization. Pass it as `apiKey`, or give the installation's OPERATOR_TOKEN.";
  return null;
}
