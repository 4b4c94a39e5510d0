/** Next.js route handlers, and other functions from a Request to a Response. */
import { type CreateAuthorize, type GatehouseUser, toResponse } from "./authorize.ts";
import type { Requirement } from "./requirement.ts";
import type { SignIn } from "./sign-in.ts";

/** A handler's second argument: the framework's context and the user. */
export type WithUser<C> = C & { readonly user: GatehouseUser };

/** Guards for Next.js and other functions from a Request to a Response. */
export interface NextAdapter<P extends string> {
  /**
   * A route handler that needs a permission, `{ any: […] }` or `{ all: […] }`:
   * `export const GET = gatehouse.next.require("campaigns:view", handler)`. `R` is the handler's own type of request, such as
   * `NextRequest`.
   */
  readonly require: <C extends object = object, R extends Request = Request>(
    requirement: Requirement<P>,
    handler: (request: R, context: WithUser<C>) => Response | Promise<Response>,
  ) => (request: R, context?: C) => Promise<Response>;
  /** Signs people in and out: `export const { GET, POST } = gatehouse.next.signIn` in `app/gatehouse/[step]/route.ts`. */
  readonly signIn: Readonly<Record<"GET" | "POST", (request: Request) => Promise<Response>>>;
}

/** Creates the adapter. */
export function createNextAdapter<P extends string>(
  createAuthorize: CreateAuthorize<P>,
  signIn: SignIn,
): NextAdapter<P> {
  const handle = async (request: Request) => (await signIn(request)) ?? new Response(null, { status: 404 });
  return {
    signIn: { GET: handle, POST: handle },
    require: (requirement, handler) => {
      const authorize = createAuthorize(requirement);
      return async (request, context) => {
        const { user, denial } = await authorize(request);
        if (denial !== null) return toResponse(denial);
        return handler(request, { ...context, user } as Parameters<typeof handler>[1]);
      };
    },
  };
}
