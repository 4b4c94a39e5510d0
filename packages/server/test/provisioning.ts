/** An organization whose owner creates users that sign in elsewhere. */
import type { ApiClient, ApiResponse } from "./api-client.ts";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import type { TestOrganization } from "./factories.ts";

/** The application, and the requests that create users. */
export interface Provisioning {
  readonly t: TestApp;
  readonly lodos: TestOrganization;
  /** The path of the organization. */
  readonly base: string;
  readonly owner: ApiClient;
  /** An address that no user has. */
  readonly newEmail: () => string;
  /** Creates a user, as the owner unless somebody else is given. */
  readonly create: (body: object, by?: ApiClient) => Promise<ApiResponse>;
  /** Creates or changes the user with an external id. */
  readonly put: (externalId: string, body: object, by?: ApiClient) => Promise<ApiResponse>;
  /** A time in some days, as in responses. */
  readonly inDays: (days: number) => string;
}

/** Starts an application with an organization, and signs its owner in. */
export async function startProvisioning(): Promise<Provisioning> {
  const t = await createTestApp();
  const lodos = await t.organization("Lodos Retail");
  const base = `/organizations/${lodos.organizationId}`;
  const owner = t.as(lodos.owner);
  await owner.get(`${base}/users`);
  let count = 0;
  return {
    t,
    lodos,
    base,
    owner,
    newEmail() {
      count += 1;
      return `created-${count}@example.test`;
    },
    create: (body, by = owner) => by.post(`${base}/users`, { name: "Ayşe Demir", ...body }),
    put: (externalId, body, by = owner) =>
      by.put(`${base}/users/by-external-id/${encodeURIComponent(externalId)}`, {
        name: "Ayşe Demir",
        ...body,
      }),
    inDays: (days) => new Date(t.clock.now().getTime() + days * 24 * 3_600_000).toISOString(),
  };
}
