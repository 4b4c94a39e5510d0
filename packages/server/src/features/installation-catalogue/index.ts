/** Public API of the installation's catalogue. */
export { applyPush, previewPush } from "./apply-push.ts";
export { compileRequest, getInstallationCatalogue, putInstallationCatalogue } from "./put-catalogue.ts";
export { countPushes, listFailures, listToDo, type PushFailure, type PushOutcome } from "./queries.ts";
export { loadPush, onPushRetriesExhausted, pushToOrganizations, runCataloguePush } from "./run-push.ts";
