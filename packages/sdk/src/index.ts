/** @gatehouse/sdk: may this person do that? Answered in process, never out of date. */
export type { ExpressAdapter, ExpressGuard } from "./adapters/express.ts";
export type { FastifyAdapter, FastifyGuard } from "./adapters/fastify.ts";
export type { HonoAdapter, HonoGuard } from "./adapters/hono.ts";
export type { NextAdapter, WithUser } from "./adapters/next.ts";
export type { GrantedBy } from "./copy.ts";
export {
  createGatehouse,
  type Gatehouse,
  type GatehouseOf,
  type GatehouseOptions,
  type GatehouseProgress,
  type GatehouseStatus,
} from "./create-gatehouse.ts";
export { GatehouseError } from "./errors.ts";
export type { GatehouseUser } from "./guard.ts";
export type { RequestLike } from "./session-token.ts";
export type { SignIn } from "./sign-in.ts";
