/** The guards of a client, for each framework. */
import type { CreateAuthorize } from "./authorize.ts";
import { createExpressAdapter, type ExpressAdapter } from "./express.ts";
import { createFastifyAdapter, type FastifyAdapter } from "./fastify.ts";
import { createHonoAdapter, type HonoAdapter } from "./hono.ts";
import { createNextAdapter, type NextAdapter } from "./next.ts";
import type { SignIn } from "./sign-in.ts";

/** Guards by framework. */
export interface Adapters<P extends string> {
  /** Guards for Fastify's routes. The other adapters have the same for their frameworks. */
  readonly fastify: FastifyAdapter<P>;
  readonly express: ExpressAdapter<P>;
  readonly hono: HonoAdapter<P>;
  readonly next: NextAdapter<P>;
}

/** Creates the guards of a client. */
export function createAdapters<P extends string>(guards: CreateAuthorize<P>, signIn: SignIn): Adapters<P> {
  return {
    fastify: createFastifyAdapter(guards, signIn),
    express: createExpressAdapter(guards, signIn),
    hono: createHonoAdapter(guards, signIn),
    next: createNextAdapter(guards, signIn),
  };
}
