/** Replacing a catalogue while concurrent requests store its permissions. */
import { serialiseCatalogue } from "@gatehouse/access/catalogue";
import { exampleCatalogue } from "@gatehouse/access/example";
import type { CatalogueGroup, RoleView } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiClient, ApiResponse } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { acceptWithNewAccount, inviteAndGetToken } from "../../../test/invitations.ts";
import { rounds } from "../../../test/rounds.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";

let t: TestApp;
let organization: TestOrganization;
let asOwner: ApiClient;
let here: string;
let roleId: string;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  organization = await t.organization();
  asOwner = t.as(organization.owner);
  here = `/organizations/${organization.organizationId}`;
  const before = await put(withLoyalty, await etag("permissions"));
  expect(before.statusCode, before.body).toBe(200);
  const permissions = ["loyalty:view"];
  const created = await asOwner.post(`${here}/roles`, { name: "Loyal", permissions });
  expect(created.statusCode, created.body).toBe(201);
  roleId = created.json<RoleView>().id;
});

const declared = JSON.parse(serialiseCatalogue(exampleCatalogue)) as CatalogueGroup[];
const action = (name: string) => ({
  permission: `loyalty:${name}`,
  label: name,
  sensitive: false,
  implies: [],
});
const withLoyalty: CatalogueGroup[] = [
  ...declared,
  { key: "loyalty", label: "Loyalty", actions: [action("view"), action("edit")] },
];

async function etag(path: string): Promise<string> {
  return String((await asOwner.get(`${here}/${path}`)).headers.etag);
}

async function put(groups: readonly CatalogueGroup[], version: string, query = ""): Promise<ApiResponse> {
  return asOwner.put(`${here}/permissions${query}`, groups, { "if-match": version });
}

/** Removes the group. The role has `loyalty:view`, which is listed in drop; nothing should have `loyalty:edit`. */
const removeGroup = (version: string) => put(declared, version, "?drop=loyalty:view");

const setRole = (permissions: readonly string[], version: string) =>
  asOwner.patch(`${here}/roles/${roleId}`, { permissions }, { "if-match": version });

/** The responses of the catalogue change and the other request, started concurrently. */
async function race(...runs: readonly (() => Promise<ApiResponse>)[]): Promise<readonly ApiResponse[]> {
  const settled = await runConcurrently(runs.length, (index) =>
    (runs[index] as () => Promise<ApiResponse>)(),
  );
  return settled.map((one) => {
    if (one.status === "rejected") throw one.reason;
    expect(one.value.statusCode, one.value.body).toBeLessThan(500);
    return one.value;
  });
}

/** Rows with a permission of the group, in roles and active keys. */
async function listGroupPermissions(): Promise<readonly string[]> {
  const { items } = (await asOwner.get(`${here}/roles?limit=100`)).json<{ items: RoleView[] }>();
  const roles = items.filter(({ system }) => !system).flatMap(({ permissions }) => permissions);
  const stored = await t.sql(
    `SELECT permission::text AS name FROM role_permissions WHERE organization_id = $1
     UNION ALL SELECT unnest(permissions) FROM api_keys WHERE organization_id = $1 AND revoked_at IS NULL`,
    [organization.organizationId],
  );
  return [...roles, ...stored.map(({ name }) => String(name))].filter((name) => name.startsWith("loyalty:"));
}

async function restore(): Promise<void> {
  const back = await put(withLoyalty, await etag("permissions"));
  expect(back.statusCode, back.body).toBe(200);
  const edited = await setRole(["loyalty:view"], await etag(`roles/${roleId}`));
  expect(edited.statusCode, edited.body).toBe(200);
}

/** Exactly one of the two succeeded; the other failed with an expected error. */
async function expectOneSuccess(
  push: ApiResponse | undefined,
  other: ApiResponse | undefined,
  won: number,
): Promise<boolean> {
  const statuses = [push?.statusCode, other?.statusCode];
  if (statuses[0] === 200) {
    expect([409, 412, 422], other?.body).toContain(statuses[1]);
    expect(await listGroupPermissions()).toEqual([]);
    return true;
  }
  expect(statuses, push?.body).toEqual([409, won]);
  expect(["permissions/in-use", "conflict/concurrent"]).toContain(push?.json<{ code: string }>().code);
  return false;
}

/** Alternates the order of the two requests. */
const raceAlternately = (
  round: number,
  push: () => Promise<ApiResponse>,
  other: () => Promise<ApiResponse>,
) =>
  round % 2 === 0
    ? race(push, other)
    : race(other, push).then(([second, first]) => [first, second] as (ApiResponse | undefined)[]);

test("accepts either a catalogue change or a role edit, and leaves no removed permission in a role", async () => {
  for (let round = 0; round < rounds(20); round += 1) {
    const [catalogue, role] = [await etag("permissions"), await etag(`roles/${roleId}`)];
    const [push, edit] = await raceAlternately(
      round,
      () => removeGroup(catalogue),
      () => setRole(["loyalty:view", "loyalty:edit"], role),
    );
    await expectOneSuccess(push, edit, 200);
    await restore();
  }
});

test("accepts either a catalogue change or a new API key, and leaves no removed permission in a key", async () => {
  for (let round = 0; round < rounds(20); round += 1) {
    const catalogue = await etag("permissions");
    const [push, issue] = await raceAlternately(
      round,
      () => removeGroup(catalogue),
      () => asOwner.post(`${here}/api-keys`, { name: `Key ${round}`, permissions: ["loyalty:edit"] }),
    );
    const hasPushed = await expectOneSuccess(push, issue, 201);
    if (!hasPushed) {
      const id = issue?.json<{ apiKey: { id: string } }>().apiKey.id;
      expect((await asOwner.delete(`${here}/api-keys/${id}`)).statusCode).toBe(204);
    }
    await restore();
  }
});

test("accepts a catalogue change, an invitation and an acceptance concurrently, without removed permissions", async () => {
  for (let round = 0; round < rounds(10); round += 1) {
    const catalogue = await etag("permissions");
    const token = await inviteAndGetToken(t, organization, `joins-${round}@example.test`, {
      roles: [roleId],
    });
    const invitations = [{ email: `invited-${round}@example.test`, roleIds: [roleId] }];
    const answers = await race(
      () => removeGroup(catalogue),
      () => acceptWithNewAccount(t, token),
      () => asOwner.post(`${here}/invitations`, { invitations, send: false }),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 201, 200]);
    expect(await listGroupPermissions()).toEqual([]);
    const users = (await asOwner.get(`${here}/users?query=joins-${round}%40example.test`)).json<{
      items: { id: string }[];
    }>().items;
    expect(users).toHaveLength(1);
    const path = `${here}/users/${users[0]?.id}/permissions`;
    expect((await asOwner.get(path)).json<{ items: unknown[] }>().items).toEqual([]);
    await restore();
  }
});
