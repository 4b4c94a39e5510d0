/** Migration 0023: what an installation of an earlier version stored about webhooks and business units. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { verifyChain } from "../../audit/verify.ts";
import { readMigrations } from "../../db/migrations.ts";

const later = ["webhooks:view", "webhooks:manage", "business-units:view", "business-units:manage"];

let t: TestApp;
let acme: TestOrganization;
let here: string;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  acme = await t.organization();
  here = `/organizations/${acme.organizationId}`;
});

async function runMigration(): Promise<void> {
  const migration = readMigrations().find(({ name }) => name.startsWith("0023_"));
  await t.engine.withoutTimeout(async (client) => {
    await client.query("begin");
    await client.query(migration?.sql ?? "");
    await client.query("commit");
  });
}

const getRole = (id: string) => t.as(acme.owner).get(`${here}/roles/${id}`);

test("removes the permissions from roles, which get a new version, and from API keys", async () => {
  const roleId = await t.role(acme, { name: "Hooks", permissions: ["users:view", ...later] });
  const other = await t.role(acme, { name: "Others", permissions: ["users:view"] });
  const { apiKeyId } = await t.apiKey(acme, { permissions: [...later, "users:view", "roles:view"] });
  const [before, same] = [await getRole(roleId), await getRole(other)];

  await runMigration();

  const after = await getRole(roleId);
  expect(after.json()).toMatchObject({ permissions: ["users:view"] });
  expect(after.headers.etag).not.toBe(before.headers.etag);
  expect((await getRole(other)).headers.etag).toBe(same.headers.etag);
  const keys = (await t.as(acme.owner).get(`${here}/api-keys`)).json<{
    items: { id: string; permissions: string[] | null }[];
  }>();
  expect(keys.items.find(({ id }) => id === apiKeyId)?.permissions).toEqual(["users:view", "roles:view"]);
});

test("tells the audit log and programs that the catalogue has changed, in every organization", async () => {
  const beta = await t.organization("Beta");
  const { headers } = await t.as(beta.owner).get(`/organizations/${beta.organizationId}/permissions`);

  await runMigration();

  for (const { organizationId, owner } of [acme, beta]) {
    const path = `/organizations/${organizationId}/audit-events?action=permissions.changed`;
    expect((await t.as(owner).get(path)).json().items).toMatchObject([
      {
        actor: { type: "system", name: "Migration" },
        target: { type: "organization", id: organizationId },
        changes: [{ field: "disappeared", before: later, after: null }],
      },
    ]);
    expect(await verifyChain(t.db, organizationId)).toMatchObject({ brokenAt: null });
  }
  const after = await t.as(beta.owner).get(`/organizations/${beta.organizationId}/permissions`);
  expect(after.headers.etag).not.toBe(headers.etag);
  expect(after.body).not.toMatch(/webhooks|business-units/);
});

test.for([["webhooks"], ["business-units"]])("a panel can't declare the group %s", async ([key = ""]) => {
  const response = await t
    .as(acme.owner)
    .put(
      `${here}/permissions?preview=true`,
      { [key]: { label: "Ours", actions: { view: {} } } },
      { "if-match": '"1"' },
    );

  expect(response.statusCode).toBe(422);
  expect(response.json()).toMatchObject({ code: "permissions/invalid", errors: [{ path: key }] });
});
