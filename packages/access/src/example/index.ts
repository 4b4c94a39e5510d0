/** @gatehouse/access/example: an example catalogue with its roles. */
export { type ExamplePermission, exampleCatalogue } from "./example-catalogue.ts";
export { type ExampleRole, type ExampleRoleKey, exampleRoles } from "./example-roles.ts";
