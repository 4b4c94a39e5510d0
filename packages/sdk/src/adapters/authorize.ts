/** Authorizes requests for all adapters. */
import { GatehouseError } from "../client/gatehouse-error.ts";
import type { RequestLike } from "./session-token.ts";

/** The user who sent a request. Only the id is known if the panel has its own sign-in. */
export interface GatehouseUser {
  /** Id of the user in the organization. */
  readonly id: string;
  readonly accountId?: string;
  readonly name?: string;
  readonly email?: string;
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
    /** The missing permission. */
    readonly permission?: string;
  };
}

/** The authorized user, or the denial. */
type AuthorizationResult =
  | { readonly user: GatehouseUser; readonly denial: null }
  | { readonly user: null; readonly denial: Denial };

/** Authorizes a request. If Gatehouse can't be reached, the request is denied. */
export type Authorize<P extends string> = (
  request: RequestLike,
  permission: P,
) => Promise<AuthorizationResult>;

/** How the user is identified and their permissions are checked. */
export interface AuthorizeOptions<P extends string> {
  readonly identify: (request: RequestLike) => Promise<GatehouseUser | null>;
  readonly check: (userId: string, permission: P) => Promise<boolean>;
}

/** Content type of a denial. */
export const problemType = "application/problem+json";

/** Creates a function that identifies the user, then checks the permission. */
export function createAuthorize<P extends string>({ identify, check }: AuthorizeOptions<P>): Authorize<P> {
  return async (request, permission) => {
    let user: GatehouseUser | null;
    try {
      user = await identify(request);
    } catch (error) {
      if (!(error instanceof GatehouseError)) throw error;
      return deny(503, "gatehouse/unreachable", "The sign-in can't be checked now", "Try again in a moment.");
    }
    if (user === null) return deny(401, "auth/required", "Sign in first", "Sign in and try again.");
    if (await check(user.id, permission)) return { user, denial: null };
    const detail = `This needs the permission ${permission}. Ask a person who manages roles.`;
    return deny(403, "forbidden/permission", "A permission is missing", detail, permission);
  };
}

function deny(
  status: Denial["status"],
  code: Denial["problem"]["code"],
  title: string,
  detail: string,
  permission?: string,
): AuthorizationResult {
  const problem = { type: "about:blank", title, status, code, detail } as const;
  return {
    user: null,
    denial: { status, problem: permission === undefined ? problem : { ...problem, permission } },
  };
}

/** Converts a denial to a Fetch response. */
export function toResponse({ status, problem }: Denial): Response {
  return Response.json(problem, { status, headers: { "content-type": problemType } });
}
