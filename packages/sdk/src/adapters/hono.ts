/** Hono. */
import { type GatehouseUser, type Judge, problemType } from "../guard.ts";
import type { SignIn } from "../sign-in.ts";

/** As much of Hono's context as is used here. */
interface HonoContextLike {
  readonly req: { readonly raw: Request };
  set(name: "gatehouseUser", user: GatehouseUser): void;
}

/** A middleware of Hono's. */
export type HonoGuard = (
  context: HonoContextLike,
  next: () => Promise<void>,
) => Promise<Response | undefined>;

/** Guards for Hono. */
export interface HonoAdapter<P extends string> {
  /** Middleware for a route that needs the permission. The user is in the context as `gatehouseUser`. */
  readonly require: (permission: P) => HonoGuard;
  /** Middleware that signs people in and out below `/gatehouse/`: `app.use(gatehouse.hono.signIn)`. */
  readonly signIn: (
    context: Pick<HonoContextLike, "req">,
    next: () => Promise<void>,
  ) => Promise<Response | undefined>;
}

/** Makes the adapter. */
export function createHonoAdapter<P extends string>(
  judge: Judge<P>,
  assertKnown: (permission: P) => void,
  signIn: SignIn,
): HonoAdapter<P> {
  return {
    signIn: async (context, next) => {
      const answer = await signIn(context.req.raw);
      if (answer === null) await next();
      return answer ?? undefined;
    },
    require: (permission) => {
      assertKnown(permission);
      return async (context, next) => {
        const { user, denial } = await judge(context.req.raw, permission);
        if (denial !== null) return Response.json(denial.problem, headersOf(denial.status));
        context.set("gatehouseUser", user);
        await next();
        return undefined;
      };
    },
  };
}

/** Status and headers of a refusal. */
export function headersOf(status: number): ResponseInit {
  return { status, headers: { "content-type": problemType } };
}
