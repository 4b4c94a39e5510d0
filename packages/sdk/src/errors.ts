/** What can go wrong between a program and Gatehouse. */

/** An answer that was a refusal, or no answer at all. */
export class GatehouseError extends Error {
  override readonly name = "GatehouseError";
  /** Stable: a code of the API (`auth/revoked-key`), or `gatehouse/unreachable` without an answer that can be read. */
  readonly code: string;
  /** HTTP status; null without an answer. */
  readonly status: number | null;
  /** Where the server's log has the request; null without an answer. */
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

/** No answer, or one that came from somebody else. */
export function unreachable(url: string, cause?: unknown): GatehouseError {
  return new GatehouseError(
    "gatehouse/unreachable",
    `Gatehouse at ${url} gave no answer. Check that it runs there and can be reached from here.`,
    { cause },
  );
}

/** Whether asking again can't help before somebody has changed the key, its rights or the address. */
export function isFinal(error: GatehouseError): boolean {
  return (
    error.status !== null && error.status >= 400 && error.status < 500 && ![408, 429].includes(error.status)
  );
}

/** The error that a refusal stands for. */
export async function errorOf(url: string, answer: Response): Promise<GatehouseError> {
  const requestId = answer.headers.get("x-request-id");
  const problem: unknown = await answer.json().catch(() => null);
  if (
    typeof problem !== "object" ||
    problem === null ||
    !("code" in problem) ||
    typeof problem.code !== "string"
  )
    return new GatehouseError(
      "gatehouse/unreachable",
      `What answered at ${url} (status ${answer.status}) is not Gatehouse, or stands before it. Check the address.`,
      { status: answer.status, requestId },
    );
  const detail = "detail" in problem && typeof problem.detail === "string" ? problem.detail : problem.code;
  return new GatehouseError(problem.code, detail, { status: answer.status, requestId });
}
