/**
 * Random sequences of changes by an actor with two accounts and an API key, over HTTP: catalogue, roles, grants,
 * invitations. At the end, users have at most their own permissions and those of the actor at the start. The pure rules
 * are tested with many more sequences in `packages/access/src/catalogue/stepwise.test.ts`.
 */
import { ownCatalogue } from "@gatehouse/access/catalogue";
import type { RoleView } from "@gatehouse/sdk/contract";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { acceptWithNewAccount, getInvitationToken, invite } from "../../../test/invitations.ts";
import { rounds } from "../../../test/rounds.ts";

let t: TestApp;
beforeAll(async () => {
  const passwords = { hash: async () => "no hash", verify: async () => false };
  t = await createTestApp({ passwords });
});
afterAll(() => t.close());

const names = ["a", "b", "c"] as const;
const permission = (name: string) => `p:${name}`;
const drop = names.map(permission).join(",");

interface Start {
  readonly catalogue: object;
  /** The permissions of three roles. */
  readonly roles: readonly (readonly string[])[];
  /** The role indexes of the actor, their second account and another user. */
  readonly users: readonly (readonly number[])[];
}

const anyNames = fc.subarray([...names]).map((some) => some.map(permission));
const anyCatalogue = fc
  .record({
    order: fc.shuffledSubarray([...names], { minLength: 1 }),
    implies: fc.array(fc.subarray([...names]), { minLength: 3, maxLength: 3 }),
  })
  .map(({ order, implies }) => {
    const actions = order.map((name, index) => {
      const earlier = order.slice(0, index);
      return [name, { implies: implies[index]?.filter((one) => earlier.includes(one)) ?? [] }] as const;
    });
    return { p: { label: "P", actions: Object.fromEntries(actions) } };
  });
const anyStart: fc.Arbitrary<Start> = fc.record({
  catalogue: anyCatalogue,
  roles: fc.array(anyNames, { minLength: 3, maxLength: 3 }),
  users: fc.array(fc.subarray([0, 1, 2]), { minLength: 3, maxLength: 3 }),
});

const by = fc.constantFrom("actor" as const, "second" as const, "key" as const);
const pick = fc.nat(5);
const anyChange = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("catalogue" as const), by, catalogue: anyCatalogue }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("create-role" as const), by, permissions: anyNames }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("edit-role" as const), by, role: pick, permissions: anyNames }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("delete-role" as const), by, role: pick, replacement: pick }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("grant" as const), by, user: fc.nat(2), role: pick }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("invite" as const), by, role: pick }) },
);
type Change = typeof anyChange extends fc.Arbitrary<infer T> ? T : never;

interface Fixture {
  readonly organization: TestOrganization;
  readonly here: string;
  readonly asOwner: ApiClient;
  readonly users: readonly TestUser[];
  readonly as: Readonly<Record<Change["by"], ApiClient>>;
}

/** The initial organization. Both accounts of the actor have all built-in permissions. */
async function build(start: Start): Promise<Fixture> {
  const organization = await t.organization();
  const { organizationId } = organization;
  await t.sql("UPDATE catalogues SET definition = $2::jsonb, version = 2 WHERE organization_id = $1", [
    organizationId,
    JSON.stringify(start.catalogue),
  ]);
  const { actions } = (start.catalogue as { p: { actions: object } }).p;
  const roleIds: string[] = [];
  for (const [index, list] of start.roles.entries()) {
    const permissions = list.filter((name) => name.slice(2) in actions);
    roleIds.push(await t.role(organization, { name: `Role ${index}`, permissions }));
  }
  const permissions = ownCatalogue.permissions;
  const manager = await t.role(organization, { name: "Manager", permissions });
  const overrides = start.users.map((roles, index) => ({
    roles: [...(index < 2 ? [manager] : []), ...roles.flatMap((role) => roleIds[role] ?? [])],
  }));
  const users = await t.users(organization, overrides);
  const [actor, second] = users;
  if (actor === undefined || second === undefined) throw new Error("No users were created.");
  const { key } = await t.apiKey(organization, {
    createdBy: actor,
    permissions: [...permissions, ...(start.roles[0] ?? [])],
  });
  return {
    organization,
    here: `/organizations/${organizationId}`,
    asOwner: t.as(organization.owner),
    users,
    as: { actor: t.as(actor), second: t.as(second), key: t.withKey(key) },
  };
}

async function etag(client: ApiClient, path: string): Promise<{ "if-match": string }> {
  return { "if-match": String((await client.get(path)).headers.etag) };
}

/** Attempts one change; it may fail. */
async function attempt(fixture: Fixture, change: Change): Promise<void> {
  const { here, asOwner, organization } = fixture;
  const client = fixture.as[change.by];
  const { items } = (await asOwner.get(`${here}/roles?limit=100`)).json<{ items: RoleView[] }>();
  const custom = items.filter(({ name }) => /^(?:Role|Made|Manager|Owner)/.test(name));
  const roleAt = (index: number) => custom[index % custom.length]?.id ?? "";
  switch (change.kind) {
    case "catalogue": {
      const permissions = `${here}/permissions`;
      await client.put(`${permissions}?drop=${drop}`, change.catalogue, await etag(asOwner, permissions));
      return;
    }
    case "create-role": {
      const role = { name: `Made ${custom.length}`, permissions: change.permissions };
      await client.post(`${here}/roles`, role);
      return;
    }
    case "edit-role": {
      const path = `${here}/roles/${roleAt(change.role)}`;
      await client.patch(path, { permissions: change.permissions }, await etag(asOwner, path));
      return;
    }
    case "delete-role": {
      const path = `${here}/roles/${roleAt(change.role)}`;
      const query = `?replacement=${roleAt(change.replacement)}`;
      await client.delete(`${path}${query}`, await etag(asOwner, path));
      return;
    }
    case "grant": {
      const path = `${here}/users/${fixture.users[change.user]?.userId}`;
      const { roles } = (await asOwner.get(path)).json<{ roles: { id: string }[] }>();
      const roleIds = [...new Set([...roles.map(({ id }) => id), roleAt(change.role)])];
      await client.patch(path, { roleIds }, await etag(asOwner, path));
      return;
    }
    case "invite": {
      const email = `${crypto.randomUUID()}@example.test`;
      const invitation = await invite(t, organization, email, {
        roles: [roleAt(change.role)],
        by: client,
      }).catch(() => null);
      if (invitation !== null)
        await acceptWithNewAccount(t, await getInvitationToken(t, organization, invitation.id));
    }
  }
}

/** The permissions of every user except the owner, by id. */
async function listPermissions({
  organization,
  here,
  asOwner,
}: Fixture): Promise<ReadonlyMap<string, readonly string[]>> {
  const { items } = (await asOwner.get(`${here}/users?limit=100`)).json<{ items: { id: string }[] }>();
  const ids = items.map(({ id }) => id).filter((id) => id !== organization.owner.userId);
  const all = await Promise.all(ids.map((id) => asOwner.get(`${here}/users/${id}/permissions`)));
  return new Map(
    all.map((response, index) => {
      const permissions = response.json<{ items: { permission: string }[] }>().items;
      return [ids[index] ?? "", permissions.map((one) => one.permission)] as const;
    }),
  );
}

test("grants no permission that the actor didn't have at the start, in any sequence of changes", async () => {
  const property = fc.asyncProperty(
    anyStart,
    fc.array(anyChange, { minLength: 2, maxLength: 3 }),
    async (start, changes) => {
      const fixture = await build(start);
      const before = await listPermissions(fixture);
      const own = fixture.users.slice(0, 2).flatMap(({ userId }) => before.get(userId) ?? []);
      for (const change of changes) await attempt(fixture, change);
      for (const [id, permissions] of await listPermissions(fixture)) {
        const allowed = [...own, ...(before.get(id) ?? [])];
        expect(permissions.filter((name) => !allowed.includes(name))).toEqual([]);
      }
    },
  );
  await fc.assert(property, { numRuns: rounds(40), interruptAfterTimeLimit: 90_000 });
}, 180_000);
