/** Next.js' route handlers, and whatever else answers a Request with a Response. */
import type { GatehouseUser, Judge } from "../guard.ts";
import type { SignIn } from "../sign-in.ts";
import { headersOf } from "./hono.ts";

/** What a handler gets besides the request: what the framework gives, and the user. */
export type WithUser<C> = C & { readonly user: GatehouseUser };

/** Guards for Next.js and whatever else answers a Request with a Response. */
export interface NextAdapter<P extends string> {
  /** A route handler that needs the permission: `export const GET = gatehouse.next.require("campaigns:view", handler)`. */
  readonly require: <C extends object = object>(
    permission: P,
    handler: (request: Request, context: WithUser<C>) => Response | Promise<Response>,
  ) => (request: Request, context?: C) => Promise<Response>;
  /** Signs people in and out: `export const { GET, POST } = gatehouse.next.signIn` in `app/gatehouse/[step]/route.ts`. */
  readonly signIn: Readonly<Record<"GET" | "POST", (request: Request) => Promise<Response>>>;
}

/** Makes the adapter. */
export function createNextAdapter<P extends string>(
  judge: Judge<P>,
  assertKnown: (permission: P) => void,
  signIn: SignIn,
): NextAdapter<P> {
  const answer = async (request: Request) => (await signIn(request)) ?? new Response(null, { status: 404 });
  return {
    signIn: { GET: answer, POST: answer },
    require: (permission, handler) => {
      assertKnown(permission);
      return async (request, context) => {
        const { user, denial } = await judge(request, permission);
        if (denial !== null) return Response.json(denial.problem, headersOf(denial.status));
        return handler(request, { ...context, user } as Parameters<typeof handler>[1]);
      };
    },
  };
}
