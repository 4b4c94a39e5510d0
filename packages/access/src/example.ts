/** @gatehouse/access/example: a catalogue with its roles to start from and to learn from. */
export { type ExamplePermission, exampleCatalogue } from "./example-catalogue.ts";
export { type ExampleRole, type ExampleRoleKey, exampleRoles } from "./example-roles.ts";
