import { afterAll, beforeAll, expect, test } from "vitest";
import type { Answer, ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { stateOf } from "../../../test/state-of.ts";

const unknown = "01912345-6789-7abc-8def-0123456789ab";

let t: TestApp;
let mine: TestOrganization;
let theirs: TestOrganization;
let colleague: TestUser;
let asMine: ApiClient;

/** Ids of something that exists elsewhere, or of nothing at all. */
interface Ids {
  readonly organizationId: string;
  readonly userId: string;
  readonly roleId: string;
}

beforeAll(async () => {
  t = await createTestApp();
  mine = await t.organization();
  theirs = await t.organization();
  colleague = await t.user(mine, { roles: ["viewer"] });
  asMine = t.as(mine.owner);
  await asMine.get(`/organizations/${mine.organizationId}/users`);
});
afterAll(() => t.close());

const first = { "if-match": '"1"' };
const here = () => `/organizations/${mine.organizationId}`;

type Request = readonly [title: string, send: (ids: Ids) => Promise<Answer>];
const requests: readonly Request[] = [
  ["GET users", ({ organizationId }) => asMine.get(`/organizations/${organizationId}/users`)],
  ["GET users/export", ({ organizationId }) => asMine.get(`/organizations/${organizationId}/users/export`)],
  ["GET roles", ({ organizationId }) => asMine.get(`/organizations/${organizationId}/roles`)],
  [
    "POST roles",
    ({ organizationId }) =>
      asMine.post(`/organizations/${organizationId}/roles`, { name: "N", permissions: [] }),
  ],
  ["GET permissions", ({ organizationId }) => asMine.get(`/organizations/${organizationId}/permissions`)],
  ["GET audit-events", ({ organizationId }) => asMine.get(`/organizations/${organizationId}/audit-events`)],
  [
    "GET audit-events/export",
    ({ organizationId }) => asMine.get(`/organizations/${organizationId}/audit-events/export`),
  ],
  [
    "GET holders",
    ({ organizationId }) => asMine.get(`/organizations/${organizationId}/permissions/users:view/users`),
  ],
  [
    "their organization with one's own user",
    ({ organizationId }) => asMine.get(`/organizations/${organizationId}/users/${colleague.userId}`),
  ],
  ["GET user", ({ userId }) => asMine.get(`${here()}/users/${userId}`)],
  ["PATCH user", ({ userId }) => asMine.patch(`${here()}/users/${userId}`, { name: "X" }, first)],
  [
    "PATCH user, preview",
    ({ userId }) => asMine.patch(`${here()}/users/${userId}?preview=true`, { roleIds: [] }),
  ],
  ["DELETE user", ({ userId }) => asMine.delete(`${here()}/users/${userId}`, first)],
  ["GET user's permissions", ({ userId }) => asMine.get(`${here()}/users/${userId}/permissions`)],
  ["GET user's sessions", ({ userId }) => asMine.get(`${here()}/users/${userId}/sessions`)],
  ["DELETE user's sessions", ({ userId }) => asMine.delete(`${here()}/users/${userId}/sessions`)],
  ["GET role", ({ roleId }) => asMine.get(`${here()}/roles/${roleId}`)],
  ["PATCH role", ({ roleId }) => asMine.patch(`${here()}/roles/${roleId}`, { name: "X" }, first)],
  [
    "PATCH role, preview",
    ({ roleId }) => asMine.patch(`${here()}/roles/${roleId}?preview=true`, { permissions: [] }),
  ],
  ["DELETE role", ({ roleId }) => asMine.delete(`${here()}/roles/${roleId}`, first)],
  [
    "a role to give",
    ({ roleId }) => asMine.patch(`${here()}/users/${colleague.userId}`, { roleIds: [roleId] }, first),
  ],
  [
    "one's own role beside a role to give",
    ({ roleId }) =>
      asMine.patch(`${here()}/users/${colleague.userId}`, { roleIds: [mine.roles.viewer, roleId] }, first),
  ],
  [
    "a role to replace",
    ({ roleId }) => asMine.delete(`${here()}/roles/${mine.roles.viewer}?replacement=${roleId}`, first),
  ],
  ["a role to filter by", ({ roleId }) => asMine.get(`${here()}/users?role=${roleId}`)],
  ["an actor to filter by", ({ userId }) => asMine.get(`${here()}/audit-events?actor=${userId}`)],
  ["a target to filter by", ({ userId }) => asMine.get(`${here()}/audit-events?target=${userId}`)],
];

test.each(requests)("%s: what is another organization's answers like what doesn't exist", async (_, send) => {
  const before = await stateOf(t);
  const { organizationId, owner, roles } = theirs;
  const foreign = await send({ organizationId, userId: owner.userId, roleId: roles.marketer });
  const missing = await send({ organizationId: unknown, userId: unknown, roleId: unknown });
  expect(foreign.statusCode).toBe(missing.statusCode);
  expect(comparable(foreign)).toEqual(comparable(missing));
  expect(await stateOf(t)).toEqual(before);
});

/** The answer without the request's own id and the ids that were asked for. */
function comparable(answer: Answer): unknown {
  const body = answer.body.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "id");
  return { ...JSON.parse(body), requestId: "" };
}

test("lists, exports and the log hold only one's own", async () => {
  const elsewhere = [
    theirs.organizationId,
    theirs.owner.userId,
    theirs.owner.email,
    ...Object.values(theirs.roles),
  ];
  const paths = [
    "users",
    "users/export",
    "roles",
    "audit-events",
    "audit-events/export",
    "permissions/users:view/users",
  ];
  const answers = await Promise.all(paths.map((path) => asMine.get(`${here()}/${path}`)));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(paths.map(() => 200));
  for (const { body } of answers) for (const text of elsewhere) expect(body).not.toContain(text);
});

test("an id in capitals is the same id", async () => {
  const capitals = (id: string) => id.toUpperCase();
  const user = `${here()}/users/${capitals(colleague.userId)}`;
  const roleIds = [capitals(mine.roles.viewer)];
  expect((await asMine.get(user)).json()).toMatchObject({ id: colleague.userId });
  expect((await asMine.patch(user, { roleIds }, first)).headers["etag"]).toBe('"1"');
  expect(
    (await asMine.patch(`${here()}/users/${capitals(mine.owner.userId)}`, { roleIds }, first)).json(),
  ).toMatchObject({
    code: "forbidden/own-roles",
  });
  const own = t.as(colleague);
  expect((await own.get(`${here()}/users/${capitals(colleague.userId)}/sessions`)).statusCode).toBe(200);
});
