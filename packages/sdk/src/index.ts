/** @gatehouse/sdk: permission checks in process, on a replica that is kept in sync. */

export type { GatehouseStatus, UserReference } from "./access-source.ts";
export type { GatehouseUser } from "./adapters/authorize.ts";
export type { Adapters } from "./adapters/create-adapters.ts";
export type { ExpressAdapter, ExpressGuard } from "./adapters/express.ts";
export type { FastifyAdapter, FastifyGuard } from "./adapters/fastify.ts";
export type { HonoAdapter, HonoGuard } from "./adapters/hono.ts";
export type { NextAdapter, WithUser } from "./adapters/next.ts";
export type { Requirement } from "./adapters/requirement.ts";
export type { RequestLike } from "./adapters/session-token.ts";
export type { SignIn } from "./adapters/sign-in.ts";
export type { ConnectionSettings } from "./client/configuration.ts";
export { GatehouseError } from "./client/gatehouse-error.ts";
export { createGatehouse } from "./create-gatehouse.ts";
export type {
  AskingGatehouse,
  AskingGatehouseOptions,
  Gatehouse,
  GatehouseOf,
  GatehouseOptions,
  GatehouseProgress,
} from "./gatehouse.ts";
export type {
  GatehouseOrganization,
  GatehouseOrganizations,
  GatehouseOrganizationsOf,
  OrganizationMember,
  OrganizationsOptions,
  OrganizationsStatus,
} from "./organizations/gatehouse-organizations.ts";
export type { GrantedBy } from "./replica/replica.ts";
