/** Next.js route handlers, and other functions from a Request to a Response. */
import { type Authorize, type GatehouseUser, toResponse } from "./authorize.ts";
import type { SignIn } from "./sign-in.ts";

/** A handler's second argument: the framework's context and the user. */
export type WithUser<C> = C & { readonly user: GatehouseUser };

/** Guards for Next.js and other functions from a Request to a Response. */
export interface NextAdapter<P extends string> {
  /** A route handler that needs the permission: `export const GET = gatehouse.next.require("campaigns:view", handler)`. */
  readonly require: <C extends object = object>(
    permission: P,
    handler: (request: Request, context: WithUser<C>) => Response | Promise<Response>,
  ) => (request: Request, context?: C) => Promise<Response>;
  /** Signs people in and out: `export const { GET, POST } = gatehouse.next.signIn` in `app/gatehouse/[step]/route.ts`. */
  readonly signIn: Readonly<Record<"GET" | "POST", (request: Request) => Promise<Response>>>;
}

/** Creates the adapter. */
export function createNextAdapter<P extends string>(
  authorize: Authorize<P>,
  assertKnown: (permission: P) => void,
  signIn: SignIn,
): NextAdapter<P> {
  const handle = async (request: Request) => (await signIn(request)) ?? new Response(null, { status: 404 });
  return {
    signIn: { GET: handle, POST: handle },
    require: (permission, handler) => {
      assertKnown(permission);
      return async (request, context) => {
        const { user, denial } = await authorize(request, permission);
        if (denial !== null) return toResponse(denial);
        return handler(request, { ...context, user } as Parameters<typeof handler>[1]);
      };
    },
  };
}
