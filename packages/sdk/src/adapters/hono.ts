/** Hono. */
import { type GatehouseUser, type Judge, problemType } from "../guard.ts";

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
}

/** Makes the adapter. */
export function createHonoAdapter<P extends string>(
  judge: Judge<P>,
  assertKnown: (permission: P) => void,
): HonoAdapter<P> {
  return {
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
