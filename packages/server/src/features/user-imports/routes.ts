import {
  cancelUserImport as cancelEndpoint,
  createUserImport as createEndpoint,
  exportUserImportRows as exportEndpoint,
  getUserImport as getEndpoint,
  listUserImports as listEndpoint,
  listUserImportRows as listRowsEndpoint,
  uploadUserImportPart as partEndpoint,
  previewUserImport as previewEndpoint,
  startUserImport as startEndpoint,
  undoUserImport as undoEndpoint,
} from "@gatehouse/sdk/contract";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import type { Deps } from "../../deps.ts";
import { withIdempotency } from "../../http/idempotency.ts";
import type { Route } from "../../http/route.ts";
import { cancelImport, createImport, startImport, startUndo, uploadPart } from "./manage-imports.ts";
import {
  exportImportRows,
  getUserImport,
  listImportRows,
  listUserImports,
  previewImport,
} from "./read-imports.ts";

/** Registers the endpoints of imports. The use cases check which of the permissions a kind of import needs. */
export function registerImportRoutes(route: Route, deps: Deps): void {
  const canImport = { anyOf: ["users:create", "users:invite"] } as const;
  const canUndo = { anyOf: ["users:remove", "invitations:revoke"] } as const;
  route(createEndpoint, canImport, ({ actor, body, idempotency }) =>
    authorizeWrite(deps, actor, (tx, actor) =>
      withIdempotency(deps, tx, actor, idempotency, async () => ({
        status: createEndpoint.success.status,
        body: await createImport(deps, tx, actor, body),
      })),
    ),
  );
  route(partEndpoint, canImport, async ({ actor, params, body }) => {
    await uploadPart(deps, actor, { ...body, importId: params.importId });
    return {};
  });
  route(previewEndpoint, canImport, async ({ actor, params, query }) => ({
    body: await previewImport(deps, actor, { ...query, importId: params.importId }),
  }));
  route(startEndpoint, canImport, ({ actor, params, body, idempotency }) =>
    authorizeWrite(deps, actor, (tx, actor) =>
      withIdempotency(deps, tx, actor, idempotency, async () => ({
        status: startEndpoint.success.status,
        body: await startImport(deps, tx, actor, { ...body, importId: params.importId }),
      })),
    ),
  );
  route(listEndpoint, canImport, async ({ actor, query }) => ({
    body: await listUserImports(deps, actor, query),
  }));
  route(getEndpoint, canImport, async ({ actor, params }) => ({
    body: await getUserImport(deps, actor, params.importId),
  }));
  route(cancelEndpoint, canImport, async ({ actor, params }) => {
    await cancelImport(deps, actor, params.importId);
    return {};
  });
  route(listRowsEndpoint, canImport, async ({ actor, params, query: { outcome = "refused", ...page } }) => ({
    body: await listImportRows(deps, actor, { ...page, outcome, importId: params.importId }),
  }));
  route(exportEndpoint, canImport, async ({ actor, params, query: { outcome = "refused" } }) => ({
    stream: {
      contentType: "text/csv; charset=utf-8",
      filename: `${outcome}.csv`,
      chunks: await exportImportRows(deps, actor, { outcome, importId: params.importId }),
    },
  }));
  route(undoEndpoint, canUndo, async ({ actor, params }) => ({
    body: await startUndo(deps, actor, params.importId),
  }));
}
