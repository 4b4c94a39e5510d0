/** Errors of requests to Gatehouse. */

/** An error response, or no response. */
export class GatehouseError extends Error {
  override readonly name = "GatehouseError";
  /** A stable code: one of the API's (`auth/revoked-key`), or `gatehouse/unreachable` without a readable response. */
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

/** The error for no response, or a response that is not Gatehouse's. */
export function unreachable(url: string, cause?: unknown): GatehouseError {
  return new GatehouseError(
    "gatehouse/unreachable",
    `Gatehouse at ${url} didn't respond. Check that it is running and reachable from here.`,
    { cause },
  );
}

/** Whether a retry can't succeed until the key, its permissions or the address is changed. */
export function isPermanent(error: GatehouseError): boolean {
  return (
    error.status !== null && error.status >= 400 && error.status < 500 && ![408, 429].includes(error.status)
  );
}

/** Converts an error response. */
export async function toGatehouseError(url: string, response: Response): Promise<GatehouseError> {
  const requestId = response.headers.get("x-request-id");
  const problem: unknown = await response.json().catch(() => null);
  if (
    typeof problem !== "object" ||
    problem === null ||
    !("code" in problem) ||
    typeof problem.code !== "string"
  )
    return new GatehouseError(
      "gatehouse/unreachable",
      `The response from ${url} (status ${response.status}) is not Gatehouse's; a proxy may have sent it. Check the address.`,
      { status: response.status, requestId },
    );
  const detail = "detail" in problem && typeof problem.detail === "string" ? problem.detail : problem.code;
  return new GatehouseError(problem.code, detail, { status: response.status, requestId });
}
