/** What the operator of an installation does, for tests. */
import type { CreatedOrganizationView, OperatedOrganization } from "@gatehouse/sdk/contract";
import { expect } from "vitest";
import { type ApiResponse, createApiClient, getIfMatch } from "./api-client.ts";
import type { TestApp } from "./create-test-app.ts";
import type { TestOrganization } from "./factories.ts";
import type { ValidRequest } from "./job-requests.ts";

/** OPERATOR_TOKEN of test applications that have one. */
export const operatorToken = "an operator's token of tests".replaceAll(" ", "-");

const organizations = "/operator/organizations";

/** Steps with the application, which needs `operatorToken` in its configuration. */
export function createOperatorSteps(t: TestApp) {
  const authorization = `Bearer ${operatorToken}`;
  const client = createApiClient(t.app, async () => ({ authorization }));
  const pathOf = (id: string) => `${organizations}/${id}`;
  /** A DELETE with a body. */
  const remove = (id: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    t.app.inject({
      method: "DELETE",
      url: `/api/v1${pathOf(id)}`,
      headers: { authorization, "content-type": "application/json", ...headers },
      payload: JSON.stringify(body),
    });
  const get = async (id: string) => {
    const response = await client.get(pathOf(id));
    return { organization: response.json<OperatedOrganization>(), etag: String(response.headers.etag) };
  };
  let count = 0;
  return {
    operator: client,
    get,
    remove,
    ifMatch: ({ headers }: ApiResponse) => ({ "if-match": String(headers.etag) }),
    create: async (name: string, overrides: object = {}) => {
      count += 1;
      const owner = { email: `operated-${count}@example.test` };
      const response = await client.post(organizations, { name, owner, ...overrides });
      expect(response.statusCode, response.body).toBe(201);
      return response.json<CreatedOrganizationView>();
    },
    edit: async (id: string, edit: object) => {
      const response = await client.patch(pathOf(id), edit, await getIfMatch(client, pathOf(id)));
      expect(response.statusCode, response.body).toBe(200);
      return response.json<OperatedOrganization>();
    },
    delete: async (id: string) => {
      const { organization, etag } = await get(id);
      const response = await remove(id, { name: organization.name }, { "if-match": etag });
      expect(response.statusCode, response.body).toBe(202);
      return response.json<{ restorableUntil: string }>();
    },
    restore: (id: string) => client.post(`${pathOf(id)}/restore`),
  };
}

/** Valid requests of the operator about an organization. */
export function createOperatorRequests({
  organizationId,
}: TestOrganization): Readonly<Record<string, ValidRequest>> {
  const headers = { authorization: `Bearer ${operatorToken}` };
  return {
    createOrganization: {
      method: "POST",
      path: organizations,
      body: {
        name: "Poyraz",
        language: "tr",
        catalogue: "none",
        owner: { email: "owner-of-poyraz@example.test", name: "Ada", send: false },
      },
      headers,
    },
    editOperatedOrganization: {
      method: "PATCH",
      path: `${organizations}/${organizationId}`,
      body: { status: "active", limits: { users: 100_000 } },
      headers,
    },
    deleteOrganization: {
      method: "DELETE",
      path: `${organizations}/${organizationId}`,
      body: { name: "Another name" },
      headers,
    },
    putInstallationCatalogue: {
      method: "PUT",
      path: "/operator/catalogue",
      body: {
        groups: { orders: { label: "Orders", actions: { view: {} } } },
        roles: [
          {
            key: "agent",
            name: "Agent",
            description: "Sees orders",
            translations: { tr: { name: "Temsilci", description: "Siparişleri görür" } },
            permissions: ["orders:view"],
          },
        ],
        drop: ["orders:edit"],
        dropAll: false,
      },
      headers,
    },
  };
}
