/** Public API of the operator feature. */
export { listAllOrganizations } from "./list.ts";
export { deleteOperated, editOperated, getOperated, restoreOperated } from "./manage.ts";
export { operator } from "./operator-actor.ts";
