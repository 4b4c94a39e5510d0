import { afterAll, expect, test } from "vitest";
import { readDatabaseState } from "../../../test/database-state.ts";
import { startProvisioning } from "../../../test/provisioning.ts";

const { t, lodos, base, owner, newEmail, put, inDays } = await startProvisioning();
afterAll(() => t.close());

interface Created {
  readonly id: string;
  readonly roles: readonly { readonly id: string }[];
}

test("PUT creates a user once, and then answers the same again and again", async () => {
  const id = "crm:7/ä %2F+?#";
  const body = { email: newEmail(), roles: [{ id: lodos.roles.viewer, expiresAt: inDays(9) }], phone: "1" };

  const created = await put(id, body);
  const before = await readDatabaseState(t);
  const again = await put(id, { ...body, externalId: id });

  expect([created.statusCode, again.statusCode]).toEqual([201, 200]);
  expect(created.json()).toMatchObject({ externalId: id });
  expect(again.json()).toEqual(created.json());
  expect(await readDatabaseState(t)).toEqual(before);
  const list = await owner.get(`${base}/users?externalId=${encodeURIComponent(id)}`);
  expect(list.json<{ items: Created[] }>().items.map((user) => user.id)).toEqual([
    created.json<Created>().id,
  ]);
});

test("PUT changes what it says, and leaves the rest", async () => {
  const { viewer, marketer } = lodos.roles;
  const created = (await put("crm-8", { email: newEmail(), phone: "1", roleIds: [viewer] })).json<Created>();
  const email = newEmail();

  const changed = await put("crm-8", { email, name: "Ayşe Kaya", roleIds: [viewer, marketer] });
  const kept = await put("crm-8", { email, name: "Ayşe Kaya" });

  expect(changed.json()).toMatchObject({ id: created.id, email, name: "Ayşe Kaya", phone: "1" });
  expect(kept.json<Created>().roles.map(({ id }) => id)).toEqual([marketer, viewer]);
  const found = await owner.get(`${base}/users?query=${email}`);
  expect(found.json<{ items: Created[] }>().items.map(({ id }) => id)).toEqual([created.id]);
});

test("PUT doesn't change the address of a user who signs in to Gatehouse", async () => {
  const user = await t.user(lodos, { email: "signs-in@example.test" });
  await t.sql("UPDATE users SET external_id = 'crm-9' WHERE user_id = $1", [user.userId]);

  const refused = await put("crm-9", { email: newEmail() });
  expect(refused.json()).toMatchObject({ status: 409, code: "users/own-sign-in" });
  expect((await put("crm-9", { email: user.email, name: "New name" })).statusCode).toBe(200);
});

test("PUT with another id in its body, of a user above the ceiling, or of an address in use changes nothing", async () => {
  const creator = await t.role(lodos, { name: "Small creator", permissions: ["users:create"] });
  const client = t.as(await t.user(lodos, { roles: [creator] }));
  await client.get(`${base}/users`);
  const email = newEmail();
  await put("crm-10", { email, roleIds: [lodos.roles.marketer] });
  const before = await readDatabaseState(t);

  expect((await put("crm-11", { email: newEmail(), externalId: "crm-12" })).statusCode).toBe(422);
  expect((await put("crm-10", { email, name: "Mine" }, client)).statusCode).toBe(403);
  expect((await put("crm-13", { email })).statusCode).toBe(409);

  expect(await readDatabaseState(t)).toEqual(before);
});

test("PUT can't change one's own roles", async () => {
  const admin = await t.user(lodos, { roles: ["app-admin"], email: "self@example.test" });
  await t.sql("UPDATE users SET external_id = 'crm-14' WHERE user_id = $1", [admin.userId]);

  const response = await put("crm-14", { email: admin.email, roleIds: [] }, t.as(admin));

  expect(response.json()).toMatchObject({ code: "forbidden/own-roles" });
});
