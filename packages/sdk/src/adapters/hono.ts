import { type CreateAuthorize, type GatehouseUser, toResponse } from "./authorize.ts";
import type { Requirement } from "./requirement.ts";
import type { SignIn } from "./sign-in.ts";

/** The used part of Hono's context. */
interface HonoContextLike {
  readonly req: { readonly raw: Request };
  set(name: "gatehouseUser", user: GatehouseUser): void;
}

/** Hono middleware. */
export type HonoGuard = (
  context: HonoContextLike,
  next: () => Promise<void>,
) => Promise<Response | undefined>;

/** Guards for Hono. */
export interface HonoAdapter<P extends string> {
  /**
   * Middleware for a route that needs a permission, `{ any: […] }` or `{ all: […] }`. The user is in the context as
   * `gatehouseUser`.
   */
  readonly require: (requirement: Requirement<P>) => HonoGuard;
  /** Middleware that signs people in and out below `/gatehouse/`: `app.use(gatehouse.hono.signIn)`. */
  readonly signIn: (
    context: Pick<HonoContextLike, "req">,
    next: () => Promise<void>,
  ) => Promise<Response | undefined>;
}

/** Creates the adapter. */
export function createHonoAdapter<P extends string>(
  createAuthorize: CreateAuthorize<P>,
  signIn: SignIn,
): HonoAdapter<P> {
  return {
    signIn: async (context, next) => {
      const result = await signIn(context.req.raw);
      if (result === null) await next();
      return result ?? undefined;
    },
    require: (requirement) => {
      const authorize = createAuthorize(requirement);
      return async (context, next) => {
        const { user, denial } = await authorize(context.req.raw);
        if (denial !== null) return toResponse(denial);
        context.set("gatehouseUser", user);
        await next();
        return undefined;
      };
    },
  };
}
