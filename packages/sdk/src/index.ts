/** @gatehouse/sdk: permission checks in process, on a replica that is kept in sync. */

export type { GatehouseUser } from "./adapters/authorize.ts";
export type { ExpressAdapter, ExpressGuard } from "./adapters/express.ts";
export type { FastifyAdapter, FastifyGuard } from "./adapters/fastify.ts";
export type { HonoAdapter, HonoGuard } from "./adapters/hono.ts";
export type { NextAdapter, WithUser } from "./adapters/next.ts";
export type { RequestLike } from "./adapters/session-token.ts";
export type { SignIn } from "./adapters/sign-in.ts";
export { GatehouseError } from "./client/gatehouse-error.ts";
export {
  createGatehouse,
  type Gatehouse,
  type GatehouseOf,
  type GatehouseOptions,
  type GatehouseProgress,
  type GatehouseStatus,
} from "./create-gatehouse.ts";
export type { GrantedBy } from "./replica/replica.ts";
