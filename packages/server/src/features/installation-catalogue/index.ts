/** Public API of the installation's catalogue. */
export { applyPush, previewPush } from "./apply-push.ts";
export { compileRequest, putInstallationCatalogue } from "./put-catalogue.ts";
export { countPushes, listFailures, listToDo, type PushFailure } from "./queries.ts";
export { loadPush, onPushRetriesExhausted, pushToOrganizations, runCataloguePush } from "./run-push.ts";
