import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient, ApiResponse } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";

const unknown = "01912345-6789-7abc-8def-0123456789ab";

let t: TestApp;
let ownOrganization: TestOrganization;
let foreignOrganization: TestOrganization;
let colleague: TestUser;
let asOwner: ApiClient;

/** Ids of another organization, or unknown ids. */
interface Ids {
  readonly organizationId: string;
  readonly userId: string;
  readonly roleId: string;
}

beforeAll(async () => {
  t = await createTestApp();
  ownOrganization = await t.organization();
  foreignOrganization = await t.organization();
  colleague = await t.user(ownOrganization, { roles: ["viewer"] });
  asOwner = t.as(ownOrganization.owner);
  await asOwner.get(`/organizations/${ownOrganization.organizationId}/users`);
});
afterAll(() => t.close());

const first = { "if-match": '"1"' };
const base = () => `/organizations/${ownOrganization.organizationId}`;

type Request = readonly [title: string, send: (ids: Ids) => Promise<ApiResponse>];
const requests: readonly Request[] = [
  ["GET users", ({ organizationId }) => asOwner.get(`/organizations/${organizationId}/users`)],
  ["GET users/export", ({ organizationId }) => asOwner.get(`/organizations/${organizationId}/users/export`)],
  ["GET roles", ({ organizationId }) => asOwner.get(`/organizations/${organizationId}/roles`)],
  [
    "POST roles",
    ({ organizationId }) =>
      asOwner.post(`/organizations/${organizationId}/roles`, { name: "N", permissions: [] }),
  ],
  ["GET permissions", ({ organizationId }) => asOwner.get(`/organizations/${organizationId}/permissions`)],
  ["GET audit-events", ({ organizationId }) => asOwner.get(`/organizations/${organizationId}/audit-events`)],
  [
    "GET audit-events/export",
    ({ organizationId }) => asOwner.get(`/organizations/${organizationId}/audit-events/export`),
  ],
  [
    "GET users with a permission",
    ({ organizationId }) => asOwner.get(`/organizations/${organizationId}/permissions/users:view/users`),
  ],
  [
    "the foreign organization with an own user",
    ({ organizationId }) => asOwner.get(`/organizations/${organizationId}/users/${colleague.userId}`),
  ],
  ["GET user", ({ userId }) => asOwner.get(`${base()}/users/${userId}`)],
  ["PATCH user", ({ userId }) => asOwner.patch(`${base()}/users/${userId}`, { name: "X" }, first)],
  [
    "PATCH user, preview",
    ({ userId }) => asOwner.patch(`${base()}/users/${userId}?preview=true`, { roleIds: [] }),
  ],
  ["DELETE user", ({ userId }) => asOwner.delete(`${base()}/users/${userId}`, first)],
  ["GET user's permissions", ({ userId }) => asOwner.get(`${base()}/users/${userId}/permissions`)],
  ["GET user's sessions", ({ userId }) => asOwner.get(`${base()}/users/${userId}/sessions`)],
  ["DELETE user's sessions", ({ userId }) => asOwner.delete(`${base()}/users/${userId}/sessions`)],
  ["GET role", ({ roleId }) => asOwner.get(`${base()}/roles/${roleId}`)],
  ["PATCH role", ({ roleId }) => asOwner.patch(`${base()}/roles/${roleId}`, { name: "X" }, first)],
  [
    "PATCH role, preview",
    ({ roleId }) => asOwner.patch(`${base()}/roles/${roleId}?preview=true`, { permissions: [] }),
  ],
  ["DELETE role", ({ roleId }) => asOwner.delete(`${base()}/roles/${roleId}`, first)],
  [
    "a role to assign",
    ({ roleId }) => asOwner.patch(`${base()}/users/${colleague.userId}`, { roleIds: [roleId] }, first),
  ],
  [
    "an own role and a role to assign",
    ({ roleId }) =>
      asOwner.patch(
        `${base()}/users/${colleague.userId}`,
        { roleIds: [ownOrganization.roles.viewer, roleId] },
        first,
      ),
  ],
  [
    "a role to replace",
    ({ roleId }) =>
      asOwner.delete(`${base()}/roles/${ownOrganization.roles.viewer}?replacement=${roleId}`, first),
  ],
  ["a role to filter by", ({ roleId }) => asOwner.get(`${base()}/users?role=${roleId}`)],
  ["an actor to filter by", ({ userId }) => asOwner.get(`${base()}/audit-events?actor=${userId}`)],
  ["a target to filter by", ({ userId }) => asOwner.get(`${base()}/audit-events?target=${userId}`)],
];

test.each(requests)(
  "%s: returns the same response for another organization's ids and unknown ids",
  async (_, send) => {
    const before = await readDatabaseState(t);
    const { organizationId, owner, roles } = foreignOrganization;
    const foreign = await send({ organizationId, userId: owner.userId, roleId: roles.marketer });
    const missing = await send({ organizationId: unknown, userId: unknown, roleId: unknown });
    expect(foreign.statusCode).toBe(missing.statusCode);
    expect(comparable(foreign)).toEqual(comparable(missing));
    expect(await readDatabaseState(t)).toEqual(before);
  },
);

/** The response without the request id and the requested ids. */
function comparable(answer: ApiResponse): unknown {
  const body = answer.body.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "id");
  return { ...JSON.parse(body), requestId: "" };
}

test("lists, exports and audits only the own organization", async () => {
  const foreignTexts = [
    foreignOrganization.organizationId,
    foreignOrganization.owner.userId,
    foreignOrganization.owner.email,
    ...Object.values(foreignOrganization.roles),
  ];
  const paths = [
    "users",
    "users/export",
    "roles",
    "audit-events",
    "audit-events/export",
    "permissions/users:view/users",
  ];
  const responses = await Promise.all(paths.map((path) => asOwner.get(`${base()}/${path}`)));
  expect(responses.map(({ statusCode }) => statusCode)).toEqual(paths.map(() => 200));
  for (const { body } of responses) for (const text of foreignTexts) expect(body).not.toContain(text);
});

test("accepts an id in upper case", async () => {
  const upperCase = (id: string) => id.toUpperCase();
  const user = `${base()}/users/${upperCase(colleague.userId)}`;
  const roleIds = [upperCase(ownOrganization.roles.viewer)];
  expect((await asOwner.get(user)).json()).toMatchObject({ id: colleague.userId });
  expect((await asOwner.patch(user, { roleIds }, first)).headers["etag"]).toBe('"1"');
  expect(
    (
      await asOwner.patch(`${base()}/users/${upperCase(ownOrganization.owner.userId)}`, { roleIds }, first)
    ).json(),
  ).toMatchObject({
    code: "forbidden/own-roles",
  });
  const own = t.as(colleague);
  expect((await own.get(`${base()}/users/${upperCase(colleague.userId)}/sessions`)).statusCode).toBe(200);
});
