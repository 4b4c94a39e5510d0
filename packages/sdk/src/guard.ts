/** The decision in front of a route, as every adapter answers it. */
import { GatehouseError } from "./errors.ts";
import type { RequestLike } from "./session-token.ts";

/** Who asks. Without a sign-in of Gatehouse's, the id alone is known. */
export interface GatehouseUser {
  /** Id of the user in the organization. */
  readonly id: string;
  readonly accountId?: string;
  readonly name?: string;
  readonly email?: string;
}

/** A refusal, ready to be sent as `application/problem+json`. */
interface Denial {
  readonly status: 401 | 403 | 503;
  readonly problem: {
    readonly type: "about:blank";
    readonly title: string;
    readonly status: number;
    readonly code: "auth/required" | "forbidden/permission" | "gatehouse/unreachable";
    readonly detail: string;
    /** What was missing. */
    readonly permission?: string;
  };
}

/** Who asks and may, or why not. */
type Verdict =
  | { readonly user: GatehouseUser; readonly denial: null }
  | { readonly user: null; readonly denial: Denial };

/** Judges a request. Never rejects: what can't be found out is a no. */
export type Judge<P extends string> = (request: RequestLike, permission: P) => Promise<Verdict>;

/** How it is found out. */
export interface JudgeParts<P extends string> {
  readonly identify: (request: RequestLike) => Promise<GatehouseUser | null>;
  readonly check: (userId: string, permission: P) => Promise<boolean>;
}

/** Content type of a refusal. */
export const problemType = "application/problem+json";

/** Who asks, then whether they may. */
export function createJudge<P extends string>({ identify, check }: JudgeParts<P>): Judge<P> {
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
    const detail = `This needs the permission ${permission}. Ask somebody who manages roles for it.`;
    return deny(403, "forbidden/permission", "A permission is missing", detail, permission);
  };
}

function deny(
  status: Denial["status"],
  code: Denial["problem"]["code"],
  title: string,
  detail: string,
  permission?: string,
): Verdict {
  const problem = { type: "about:blank", title, status, code, detail } as const;
  return {
    user: null,
    denial: { status, problem: permission === undefined ? problem : { ...problem, permission } },
  };
}
