/** A catalogue that is replaced while others store its names: whoever comes second is refused, and nothing keeps a lost name. */
import { serialiseCatalogue } from "@gatehouse/access/catalogue";
import { exampleCatalogue } from "@gatehouse/access/example";
import type { CatalogueGroup, RoleView } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Answer, ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { acceptAsNewcomer, inviteForToken } from "../../../test/inviting.ts";
import { raceTogether } from "../../../test/race-together.ts";

const rounds = 20;

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
  const made = await asOwner.post(`${here}/roles`, { name: "Loyal", permissions });
  expect(made.statusCode, made.body).toBe(201);
  roleId = made.json<RoleView>().id;
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

async function put(groups: readonly CatalogueGroup[], version: string, query = ""): Promise<Answer> {
  return asOwner.put(`${here}/permissions${query}`, groups, { "if-match": version });
}

/** Takes the group away. The role gives `loyalty:view`, which is named; nothing should give `loyalty:edit`. */
const take = (version: string) => put(declared, version, "?drop=loyalty:view");

const setRole = (permissions: readonly string[], version: string) =>
  asOwner.patch(`${here}/roles/${roleId}`, { permissions }, { "if-match": version });

/** What was answered, pushed and the other, after both began in the same moment. */
async function race(...runs: readonly (() => Promise<Answer>)[]): Promise<readonly Answer[]> {
  const settled = await raceTogether(runs.length, (index) => (runs[index] as () => Promise<Answer>)());
  return settled.map((one) => {
    if (one.status === "rejected") throw one.reason;
    expect(one.value.statusCode, one.value.body).toBeLessThan(500);
    return one.value;
  });
}

/** Rows that hold a name of the group, in roles and in keys that work. */
async function holding(): Promise<readonly string[]> {
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
  const given = await setRole(["loyalty:view"], await etag(`roles/${roleId}`));
  expect(given.statusCode, given.body).toBe(200);
}

/** Exactly one of the two won; the other was told why. */
async function judge(push: Answer | undefined, other: Answer | undefined, won: number): Promise<boolean> {
  const statuses = [push?.statusCode, other?.statusCode];
  if (statuses[0] === 200) {
    expect([409, 412, 422], other?.body).toContain(statuses[1]);
    expect(await holding()).toEqual([]);
    return true;
  }
  expect(statuses, push?.body).toEqual([409, won]);
  expect(["permissions/in-use", "conflict/concurrent"]).toContain(push?.json<{ code: string }>().code);
  return false;
}

/** Every other round begins with the other one, so that both orders are met. */
const inTurn = (round: number, push: () => Promise<Answer>, other: () => Promise<Answer>) =>
  round % 2 === 0
    ? race(push, other)
    : race(other, push).then(([second, first]) => [first, second] as (Answer | undefined)[]);

test("a push and an edit of a role: one wins, the other is refused, and no role keeps a lost name", async () => {
  for (let round = 0; round < rounds; round += 1) {
    const [catalogue, role] = [await etag("permissions"), await etag(`roles/${roleId}`)];
    const [push, edit] = await inTurn(
      round,
      () => take(catalogue),
      () => setRole(["loyalty:view", "loyalty:edit"], role),
    );
    await judge(push, edit, 200);
    await restore();
  }
}, 60_000);

test("a push and an API key being issued: one wins, the other is refused, and no key keeps a lost name", async () => {
  for (let round = 0; round < rounds; round += 1) {
    const catalogue = await etag("permissions");
    const [push, issue] = await inTurn(
      round,
      () => take(catalogue),
      () => asOwner.post(`${here}/api-keys`, { name: `Key ${round}`, permissions: ["loyalty:edit"] }),
    );
    const hasPushed = await judge(push, issue, 201);
    if (!hasPushed) {
      const id = issue?.json<{ apiKey: { id: string } }>().apiKey.id;
      expect((await asOwner.delete(`${here}/api-keys/${id}`)).statusCode).toBe(204);
    }
    await restore();
  }
}, 60_000);

test("a push, an invitation and an acceptance at once: all go through, and whoever joined has no lost name", async () => {
  for (let round = 0; round < rounds / 2; round += 1) {
    const catalogue = await etag("permissions");
    const token = await inviteForToken(t, organization, `joins-${round}@example.test`, { roles: [roleId] });
    const invitations = [{ email: `invited-${round}@example.test`, roleIds: [roleId] }];
    const answers = await race(
      () => take(catalogue),
      () => acceptAsNewcomer(t, token),
      () => asOwner.post(`${here}/invitations`, { invitations, send: false }),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 201, 200]);
    expect(await holding()).toEqual([]);
    const users = (await asOwner.get(`${here}/users?query=joins-${round}%40example.test`)).json<{
      items: { id: string }[];
    }>().items;
    expect(users).toHaveLength(1);
    const path = `${here}/users/${users[0]?.id}/permissions`;
    expect((await asOwner.get(path)).json<{ items: unknown[] }>().items).toEqual([]);
    await restore();
  }
}, 60_000);
