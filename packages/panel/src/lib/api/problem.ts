/** The error class of all failed requests. */
import type { FieldProblem, Problem } from "@gatehouse/sdk/contract";

interface ApiProblemFields {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string;
  readonly errors: readonly FieldProblem[];
  readonly params: Readonly<Record<string, unknown>>;
  /** Seconds from the `Retry-After` header. */
  readonly retryAfter: number | null;
}

/**
 * A failed request (RFC 9457). Without a response, `code` is `network/unreachable` and `status` is 0.
 */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string;
  readonly errors: readonly FieldProblem[];
  readonly params: Readonly<Record<string, unknown>>;
  readonly retryAfter: number | null;

  constructor(fields: ApiProblemFields, options?: ErrorOptions) {
    super(`${fields.code}: ${fields.detail}`, options);
    this.status = fields.status;
    this.code = fields.code;
    this.detail = fields.detail;
    this.requestId = fields.requestId;
    this.errors = fields.errors;
    this.params = fields.params;
    this.retryAfter = fields.retryAfter;
  }
}

/** Creates the problem of a request without a response. */
export function createUnreachableProblem(cause: unknown): ApiProblem {
  return new ApiProblem(
    {
      status: 0,
      code: "network/unreachable",
      detail: "",
      requestId: "",
      errors: [],
      params: {},
      retryAfter: null,
    },
    { cause },
  );
}

/** Reads the problem of a response. Other bodies, such as a proxy's error page, keep their status. */
export async function readProblemDocument(response: Response): Promise<ApiProblem> {
  const document = await readProblem(response);
  return new ApiProblem({
    status: response.status,
    code: document?.code ?? "internal",
    detail: document?.detail ?? "",
    requestId: document?.requestId ?? response.headers.get("x-request-id") ?? "",
    errors: document?.errors ?? [],
    params: document?.params ?? {},
    retryAfter: parseRetryAfter(response.headers.get("retry-after")),
  });
}

async function readProblem(response: Response): Promise<Partial<Problem> | null> {
  if (!response.headers.get("content-type")?.startsWith("application/problem+json")) return null;
  try {
    return (await response.json()) as Partial<Problem>;
  } catch {
    return null;
  }
}

function parseRetryAfter(header: string | null): number | null {
  const seconds = Number(header);
  return header !== null && Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
