/** Pushes of the installation's catalogue, for tests. */
import type { InstallationCatalogue, RoleView } from "@gatehouse/sdk/contract";
import { expect } from "vitest";
import { type ApiResponse, createApiClient } from "./api-client.ts";
import type { TestApp } from "./create-test-app.ts";
import type { TestOrganization } from "./factories.ts";
import { operatorToken } from "./operator-steps.ts";

/** The path of the installation's catalogue. */
export const cataloguePath = "/operator/catalogue";

/** A group with these actions. */
export function toGroups(...names: readonly string[]): object {
  const actions = Object.fromEntries(names.map((name) => [name, {}]));
  return { orders: { label: "Orders", actions } };
}

/** A template of a role. */
export function toTemplate(key: string, permissions: readonly string[], overrides: object = {}): object {
  const name = `${key.slice(0, 1).toUpperCase()}${key.slice(1)}`;
  return { key, name, permissions, ...overrides };
}

/** Steps with the application, which needs `operatorToken` in its configuration. */
export function createPushSteps(t: TestApp) {
  const operator = createApiClient(t.app, async () => ({ authorization: `Bearer ${operatorToken}` }));
  const get = async () => (await operator.get(cataloguePath)).json<InstallationCatalogue>();
  const put = async (body: object): Promise<ApiResponse> => {
    const etag = (await operator.get(cataloguePath)).headers.etag ?? '"0"';
    return operator.put(cataloguePath, body, { "if-match": String(etag) });
  };
  const listRoles = async ({ organizationId, owner }: TestOrganization) => {
    const { items } = (
      await t.as(owner).get(`/organizations/${organizationId}/roles?limit=100&language=all`)
    ).json<{ items: RoleView[] }>();
    return new Map(items.map((role) => [role.name, role]));
  };
  return {
    operator,
    get,
    put,
    listRoles,
    /** Pushes and waits until the job has ended. */
    push: async (body: object): Promise<InstallationCatalogue> => {
      const response = await put(body);
      expect(response.statusCode, response.body).toBe(202);
      await t.drainOutbox();
      const after = await get();
      expect(after.status).toBe("done");
      return after;
    },
    listPermissions: async ({ organizationId, owner }: TestOrganization) => {
      const response = await t.as(owner).get(`/organizations/${organizationId}/permissions`);
      const { groups } = response.json<{ groups: { key: string; actions: { permission: string }[] }[] }>();
      return groups
        .filter(({ key }) => key === "orders" || key === "campaigns")
        .flatMap(({ actions }) => actions.map(({ permission }) => permission));
    },
    editRole: async (
      { organizationId, owner }: TestOrganization,
      role: RoleView | undefined,
      edit: object,
    ) => {
      const path = `/organizations/${organizationId}/roles/${role?.id}`;
      const { etag } = (await t.as(owner).get(path)).headers;
      const response = await t.as(owner).patch(path, edit, { "if-match": String(etag) });
      expect(response.statusCode, response.body).toBe(200);
      return response.json<RoleView>();
    },
    deleteRole: async ({ organizationId, owner }: TestOrganization, role: RoleView | undefined) => {
      const path = `/organizations/${organizationId}/roles/${role?.id}`;
      const { etag } = (await t.as(owner).get(path)).headers;
      const response = await t.as(owner).delete(path, { "if-match": String(etag) });
      expect(response.statusCode, response.body).toBe(204);
    },
  };
}
