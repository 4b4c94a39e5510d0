/** @gatehouse/access/example: an example catalogue with its roles. */
export {
  type ExamplePermission,
  type ExampleRole,
  type ExampleRoleKey,
  exampleCatalogue,
  exampleRoles,
} from "./example-roles.ts";
