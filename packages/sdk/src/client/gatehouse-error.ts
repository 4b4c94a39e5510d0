/** Errors of requests to Gatehouse. */
import { describeConnectionFailure } from "./connection-failure.ts";

/** An error response, or no response. */
export class GatehouseError extends Error {
  override readonly name = "GatehouseError";
  /**
   * A stable code: one of the API's (`auth/revoked-key`), `gatehouse/unreachable` without a readable response, or
   * `gatehouse/configuration` when the address, the key or the organization can't be right.
   */
  readonly code: string;
  /** HTTP status; null without a response. */
  readonly status: number | null;
  /** Id of the request in the server's log; null without a response. */
  readonly requestId: string | null;

  /** @param detail what happened and what to do next */
  constructor(
    code: string,
    detail: string,
    {
      status = null,
      requestId = null,
      cause,
    }: { status?: number | null; requestId?: string | null; cause?: unknown } = {},
  ) {
    super(detail, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.requestId = requestId;
  }
}

/** The error for no response, or one that can't be read. Errors that are explained already are returned unchanged. */
export function unreachable(url: string, cause?: unknown): GatehouseError {
  if (cause instanceof GatehouseError) return cause;
  return new GatehouseError("gatehouse/unreachable", describeConnectionFailure(url, cause), { cause });
}

/** The error of a client after `close`. */
export function closedError(): GatehouseError {
  return new GatehouseError("gatehouse/closed", "This client was closed. Create another one.");
}

/** Whether a retry can't succeed until the key, its permissions or the address is changed. */
export function isPermanent(error: GatehouseError): boolean {
  if (error.code === "gatehouse/configuration") return true;
  return (
    error.status !== null && error.status >= 400 && error.status < 500 && ![408, 429].includes(error.status)
  );
}

/** Converts an error response. */
export async function toGatehouseError(url: string, response: Response): Promise<GatehouseError> {
  const sent = { status: response.status, requestId: response.headers.get("x-request-id") };
  const problem: unknown = await response.json().catch(() => null);
  const { code, detail } = (problem ?? {}) as { readonly code?: unknown; readonly detail?: unknown };
  if (typeof code !== "string")
    return new GatehouseError("gatehouse/unreachable", describeForeignResponse(url, response), sent);
  return new GatehouseError(code, typeof detail === "string" ? detail : code, sent);
}

function describeForeignResponse(url: string, { status, headers }: Response): string {
  const location = headers.get("location");
  const redirect = location === null ? "" : `: it redirects to ${location}`;
  return `The response from ${url} (status ${status}) is not Gatehouse's${redirect}. Check \`url\`, and any proxy.`;
}

/**
 * The error of a request that every Gatehouse answers for a valid key: 404 means that `url` has another path than Gatehouse, or
 * that the organization is gone.
 */
export async function toSetupError(
  url: string,
  organizationId: string,
  response: Response,
): Promise<GatehouseError> {
  const error = await toGatehouseError(url, response);
  if (error.code !== "not-found") return error;
  const detail = `There is no organization ${organizationId} at ${url}. Give \`url\` as in PUBLIC_URL, and a key of that installation.`;
  return new GatehouseError("not-found", detail, error);
}
