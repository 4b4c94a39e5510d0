/** @gatehouse/sdk/testing: clients without a server, for an app's own unit tests. */
export {
  createTestGatehouse,
  type TestGatehouse,
  type TestGatehouseOptions,
  type TestGatehouseUser,
} from "./test-gatehouse.ts";
export {
  createTestOrganizations,
  type TestOrganizations,
  type TestOrganizationsOptions,
} from "./test-organizations.ts";
