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
  readonly #details: () => RefusalDetails;

  /** Details that are costly to find are given as a function: it is called when they are read, outside of any transaction. */
  constructor(code: ProblemCode, details: RefusalDetails | (() => RefusalDetails), options?: ErrorOptions) {
    super(typeof details === "function" ? code : `${code}: ${details.detail}`, options);
    this.code = code;
    this.#details = typeof details === "function" ? once(details) : () => details;
  }

  get details(): RefusalDetails {
    return this.#details();
  }

  /** HTTP status of the code. */
  get status(): number {
    return problems[this.code].status;
  }
}

function once<T>(work: () => T): () => T {
  let done: { readonly value: T } | null = null;
  return () => {
    done ??= { value: work() };
    return done.value;
  };
}

/** The one answer for what doesn't exist and what belongs to somebody else: they must not differ. */
export function notFound(): Refusal {
  return new Refusal("not-found", {
    detail: "Nothing is here. Check the address, or whether it was removed.",
  });
}
