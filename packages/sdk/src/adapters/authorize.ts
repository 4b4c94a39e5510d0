/** Authorizes requests for all adapters. */
import type { UserReference } from "../access-source.ts";
import { GatehouseError } from "../client/gatehouse-error.ts";
import { compileRequirement, type Requirement } from "./requirement.ts";
import type { RequestLike } from "./session-token.ts";

/** The user who sent a request. Only the id is known if the panel has its own sign-in. */
export interface GatehouseUser {
  /** Id of the user in the organization. */
  readonly id: string;
  /** The panel's own id, if `identify` returned it: `id` is empty then while the replica doesn't know the user. */
  readonly externalId?: string;
  readonly accountId?: string;
  readonly name?: string;
  readonly email?: string;
  /** The organization in which they act, if the client has many. */
  readonly organizationId?: string;
}

/** A denied request, ready to be sent as `application/problem+json`. */
interface Denial {
  readonly status: 401 | 403 | 503;
  readonly problem: {
    readonly type: "about:blank";
    readonly title: string;
    readonly status: number;
    readonly code: "auth/required" | "forbidden/permission" | "gatehouse/unreachable";
    readonly detail: string;
    /** The permission of a route that needs one. */
    readonly permission?: string;
    /** The permissions of a route that needs one of several, or all of several. */
    readonly permissions?: readonly string[];
  };
}

/** The authorized user, or the denial. */
type AuthorizationResult =
  | { readonly user: GatehouseUser; readonly denial: null }
  | { readonly user: null; readonly denial: Denial };

/** Authorizes requests. If Gatehouse can't be reached, the request is denied. */
type Authorize = (request: RequestLike) => Promise<AuthorizationResult>;

/**
 * Creates the function that a guard calls for each request.
 * @throws TypeError, UnknownPermission
 */
export type CreateAuthorize<P extends string> = (requirement: Requirement<P>) => Authorize;

/** How the user is identified and their permissions are checked. */
export interface AuthorizeOptions<P extends string> {
  readonly identify: (request: RequestLike) => Promise<GatehouseUser | null>;
  readonly check: (user: GatehouseUser, permission: P) => Promise<boolean>;
  /** @throws UnknownPermission */
  readonly assertKnown: (permission: P) => void;
}

/** Content type of a denial. */
export const problemType = "application/problem+json";

/** Creates functions that identify the user, then check what the route needs. */
export function createGuards<P extends string>(options: AuthorizeOptions<P>): CreateAuthorize<P> {
  const { identify, check, assertKnown } = options;
  return (requirement) => {
    const { permissions, isMet, sentence } = compileRequirement(requirement, assertKnown);
    const needed = typeof requirement === "string" ? { permission: requirement } : { permissions };
    return async (request) => {
      let user: GatehouseUser | null;
      try {
        user = await identify(request);
      } catch (error) {
        if (!(error instanceof GatehouseError)) throw error;
        return { user: null, denial: unavailable };
      }
      if (user === null) return deny(401, "auth/required", "Sign in first", "Sign in and try again.");
      if (await isMet((permission) => check(user, permission))) return { user, denial: null };
      const detail = `${sentence} Ask a person who manages roles.`;
      return deny(403, "forbidden/permission", "A permission is missing", detail, needed);
    };
  };
}

/** How checks refer to the user. */
export function toReference({ id, externalId }: GatehouseUser): UserReference {
  return externalId === undefined ? id : { externalId };
}

function deny(...args: Parameters<typeof createDenial>): AuthorizationResult {
  return { user: null, denial: createDenial(...args) };
}

function createDenial(
  status: Denial["status"],
  code: Denial["problem"]["code"],
  title: string,
  detail: string,
  needed: Pick<Denial["problem"], "permission" | "permissions"> = {},
): Denial {
  return { status, problem: { type: "about:blank", title, status, code, detail, ...needed } };
}

/** The denial while the sign-in can't be checked. */
export const unavailable: Denial = createDenial(
  503,
  "gatehouse/unreachable",
  "Sign-in is not available",
  "Gatehouse didn't respond. Try again in a moment.",
);

/** Converts a denial to a Fetch response. */
export function toResponse({ status, problem }: Denial): Response {
  const retry = status === 503 ? { "retry-after": "2" } : {};
  return Response.json(problem, { status, headers: { "content-type": problemType, ...retry } });
}
