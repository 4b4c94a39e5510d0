/** Users: the only door of this feature. */
export { editUserIn } from "./edit-user.ts";
export type { UserFilter } from "./list-queries.ts";
export { everyMatch } from "./match-queries.ts";
export type { WantedEdit } from "./plan-edit.ts";
export { insertUsers, type NewUser } from "./queries.ts";
export { explainConflict } from "./refusals.ts";
export { registerUserRoutes } from "./routes.ts";
