import { type FieldProblem, type ProblemCode, problems } from "@gatehouse/sdk/contract";

/** What a refusal says beside its code. */
export interface RefusalDetails {
  /** A sentence for people: what is wrong and what to do next. */
  readonly detail: string;
  readonly errors?: readonly FieldProblem[];
  /** Values that a translated message needs. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** Seconds until another try makes sense: `Retry-After`. */
  readonly retryAfter?: number;
  /** Methods that would be supported: `Allow`. */
  readonly allow?: readonly string[];
}

/** An expected failure: thrown by use cases, answered as problem+json with the status of its code. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: ProblemCode;
  readonly details: RefusalDetails;

  constructor(code: ProblemCode, details: RefusalDetails, options?: ErrorOptions) {
    super(`${code}: ${details.detail}`, options);
    this.code = code;
    this.details = details;
  }

  /** HTTP status of the code. */
  get status(): number {
    return problems[this.code].status;
  }
}

/** The one answer for what doesn't exist and what belongs to somebody else: they must not differ. */
export function notFound(): Refusal {
  return new Refusal("not-found", {
    detail: "Nothing is here. Check the address, or whether it was removed.",
  });
}
