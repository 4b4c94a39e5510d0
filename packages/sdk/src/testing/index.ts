/** @gatehouse/sdk/testing: clients without a server, for an app's own unit tests. */
export {
  createTestGatehouse,
  type TestGatehouse,
  type TestGatehouseOptions,
  type TestGatehouseUser,
} from "./client-without-server.ts";
export {
  createTestOrganizations,
  type TestOrganizations,
  type TestOrganizationsOptions,
} from "./organizations-without-server.ts";
