import { type FieldProblem, type ProblemCode, problems } from "@gatehouse/sdk/contract";

/** What an API error says beside its code. */
export interface ApiErrorDetails {
  /** A sentence for people: what is wrong and what to do next. */
  readonly detail: string;
  readonly errors?: readonly FieldProblem[];
  /** Values that a translated message needs. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** Seconds until a retry makes sense: `Retry-After`. */
  readonly retryAfter?: number;
  /** Methods that are supported: `Allow`. */
  readonly allow?: readonly string[];
}

/** An expected failure: thrown by use cases, sent as problem+json with the status of its code. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ProblemCode;
  readonly #details: () => ApiErrorDetails;

  /**
   * Details that are costly to compute are given as a function: it is called when they are read, outside of any
   * transaction.
   */
  constructor(code: ProblemCode, details: ApiErrorDetails | (() => ApiErrorDetails), options?: ErrorOptions) {
    super(typeof details === "function" ? code : `${code}: ${details.detail}`, options);
    this.code = code;
    this.#details = typeof details === "function" ? memoize(details) : () => details;
  }

  get details(): ApiErrorDetails {
    return this.#details();
  }

  /** HTTP status of the code. */
  get status(): number {
    return problems[this.code].status;
  }
}

function memoize<T>(compute: () => T): () => T {
  let result: { readonly value: T } | null = null;
  return () => {
    result ??= { value: compute() };
    return result.value;
  };
}

/** The one error for what doesn't exist and for what belongs to another organization: they must not differ. */
export function notFound(): ApiError {
  return new ApiError("not-found", {
    detail: "Nothing is here. Check the address, or whether it was removed.",
  });
}
