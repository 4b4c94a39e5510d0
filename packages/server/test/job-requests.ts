/** Valid requests about work on many users: bulk jobs and imports. */
import type { TestApp } from "./create-test-app.ts";
import type { TestOrganization, TestUser } from "./factories.ts";
import { storeImport } from "./imports.ts";

/** A valid request. */
export interface ValidRequest {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Credentials, if those of an owner are not enough. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Creates the requests of the organization's owner; `here` is its path. */
export async function createJobRequests(
  t: TestApp,
  acme: TestOrganization,
  { here, viewer, jobId }: { readonly here: string; readonly viewer: TestUser; readonly jobId: string },
): Promise<Readonly<Record<string, ValidRequest>>> {
  const importId = await storeImport(t, acme.organizationId, {
    by: { type: "user", id: acme.owner.userId },
    status: "uploaded",
  });
  return {
    createUserJob: {
      method: "POST",
      path: `${here}/user-jobs`,
      body: {
        action: "add-role",
        roleId: acme.roles.marketer,
        users: { matching: { query: "a", role: acme.roles.viewer, status: "active" } },
        expectedTotal: 1,
      },
    },
    previewUserJob: {
      method: "POST",
      path: `${here}/user-jobs/preview`,
      body: { action: "add-role", roleId: acme.roles.viewer, users: { matching: { query: "a" } } },
    },
    createUserJobForSome: {
      method: "POST",
      path: `${here}/user-jobs`,
      body: { action: "suspend", users: { ids: [viewer.userId] } },
    },
    undoUserJob: {
      method: "POST",
      path: `${here}/user-jobs`,
      body: { action: "restore", users: { changedBy: jobId } },
    },
    createUserImport: { method: "POST", path: `${here}/user-imports`, body: { fileName: "people.csv" } },
    uploadUserImportPart: {
      method: "POST",
      path: `${here}/user-imports/${importId}/parts`,
      body: { number: 2, text: "x@example.test" },
    },
    startUserImport: {
      method: "POST",
      path: `${here}/user-imports/${importId}/start`,
      body: { as: "users", dryRun: true, preset: "auth0", columns: { email: "email" } },
    },
  };
}
