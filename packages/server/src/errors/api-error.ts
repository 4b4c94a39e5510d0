import { type Catalogue, UnknownPermission } from "@gatehouse/access";
import { type FieldProblem, type ProblemCode, problems } from "@gatehouse/sdk/contract";
import { parseVersionNumber, type RowVersion } from "../db/row-version.ts";

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

const maxListed = 3;
/** How many elements of a list an error names one by one. */
const maxNamed = 20;

/**
 * The grant ceiling: `what` ("The role Marketer") has or would have permissions that the actor doesn't.
 * `params.missing` has the first twenty of them and `params.total` their number, the sentence the first three.
 */
export function grantCeilingExceeded(what: string, missing: readonly string[]): ApiError {
  const reason =
    missing.length === 0
      ? "permissions that are added later, which only owners hold. Ask an owner."
      : `${formatList(missing)}. Ask someone who holds that.`;
  return new ApiError("forbidden/grant-ceiling", {
    detail: `${what} goes beyond what you hold yourself: ${reason}`,
    params: { missing: missing.slice(0, maxNamed), total: missing.length },
  });
}

/**
 * The grant ceiling in time: `what` would last longer than the actor's own permissions. `params.until` is the latest end
 * that they can give.
 */
export function grantOutlastsActor(what: string, ending: readonly string[], until: Date): ApiError {
  return new ApiError("forbidden/grant-ceiling", {
    detail: `${what} would last longer than what you hold yourself: ${formatList(ending)}, until ${until.toISOString()}. Choose an end that is not after that, or ask someone who holds it for longer.`,
    params: {
      missing: ending.slice(0, maxNamed),
      total: ending.length,
      until: until.toISOString(),
    },
  });
}

/** The resource has a newer version than the caller's `If-Match`: `version`, plus `later` concurrent changes. */
export function preconditionFailed(version: RowVersion, later = 0): ApiError {
  return new ApiError("precondition/failed", {
    detail:
      "Someone else saved this after you opened it. Load it again and make your change to the newer version.",
    params: { version: parseVersionNumber(version) + later },
  });
}

/**
 * The error for permissions that the catalogue doesn't have, the first three with similar names; null when it has
 * them all. `getPath` gives the place in the request of the name at an index. Similar names are computed when the
 * error is sent, after the transaction.
 */
export function unknownPermissions(
  catalogue: Catalogue,
  names: readonly string[],
  getPath: (index: number) => string,
): ApiError | null {
  const unknown: { readonly index: number; readonly name: string }[] = [];
  for (const [index, name] of names.entries()) {
    if (!catalogue.positions.has(name)) unknown.push({ index, name });
    if (unknown.length === maxNamed) break;
  }
  if (unknown.length === 0) return null;
  return new ApiError("permissions/unknown", () => {
    const errors = unknown
      .slice(0, maxListed)
      .map(({ name }) => new UnknownPermission(name, catalogue.permissions));
    return {
      detail: errors[0]?.message ?? "",
      errors: unknown.map(({ index }, at) => ({
        path: getPath(index),
        code: "permissions/unknown",
        detail: errors[at]?.message ?? "There is no such permission. Use a name that the catalogue declares.",
      })),
      params: { permission: unknown[0]?.name, near: errors[0]?.near },
    };
  });
}

function formatList(names: readonly string[]): string {
  const more = names.length - maxListed;
  const shown = names.slice(0, maxListed).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}
