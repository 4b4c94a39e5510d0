import { afterAll, expect, test } from "vitest";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { acceptWithNewAccount, inviteAll, inviteAndGetToken } from "../../../test/invitations.ts";
import { startProvisioning } from "../../../test/provisioning.ts";

const { t, lodos, base, owner, newEmail, create, inDays } = await startProvisioning();
afterAll(() => t.close());

interface Created {
  readonly id: string;
  readonly accountId: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly { readonly id: string; readonly expiresAt?: string }[];
}

test("creates an active user with roles and their ends, who can't sign in", async () => {
  const { viewer, marketer } = lodos.roles;
  const email = newEmail();
  const response = await create({
    email: ` ${email.toUpperCase()} `,
    externalId: "crm-1",
    phone: "+90 555",
    roles: [{ id: viewer }, { id: marketer, expiresAt: inDays(30) }],
  });

  expect(response.statusCode).toBe(201);
  const user = response.json<Created>();
  expect(user).toMatchObject({
    email,
    name: "Ayşe Demir",
    externalId: "crm-1",
    phone: "+90 555",
    status: "active",
    lastActiveAt: null,
    invitedBy: { type: "user", id: lodos.owner.userId },
    roles: [{ id: marketer, expiresAt: inDays(30) }, { id: viewer }],
  });
  expect((await owner.get(`${base}/users/${user.id}`)).json()).toEqual(user);
  for (const password of ["", "correct horse battery staple"]) {
    const signIn = await t.anonymous.post("/sessions", { email, password });
    expect(signIn.json()).toMatchObject({ code: "auth/wrong-credentials" });
  }
  const events = await owner.get(`${base}/audit-events?target=${user.id}`);
  expect(events.json<{ items: { action: string }[] }>().items.map(({ action }) => action)).toEqual([
    "users.created",
  ]);
  expect(t.mailbox.messages).toEqual([]);
});

test("gives the permissions of the roles to checks by the id of the panel", async () => {
  await create({ email: newEmail(), externalId: "crm/2 ü", roleIds: [lodos.roles.viewer] });
  const { key } = await t.apiKey(lodos);
  const check = async (name: string) => {
    const response = await t.app.inject({
      method: "POST",
      url: "/access/v1/evaluation",
      headers: { authorization: `Bearer ${key}` },
      payload: {
        subject: { type: "external-user", id: "crm/2 ü" },
        action: { name },
        resource: { type: "organization", id: lodos.organizationId },
      },
    });
    return response.json<{ decision: boolean }>().decision;
  };

  expect([await check("campaigns:view"), await check("campaigns:edit")]).toEqual([true, false]);
});

test("says nothing about accounts elsewhere, and changes nothing about them", async () => {
  const other = await t.organization("Elsewhere");
  const person = await t.user(other, {
    name: "Deniz Kaya",
    email: "deniz@elsewhere.example",
    roles: ["viewer"],
  });
  const loadAccount = () => t.sql("SELECT * FROM accounts WHERE account_id = $1", [person.accountId]);
  const before = [await loadAccount(), (await t.as(person).get("/me")).json()];

  const known = (await create({ email: person.email })).json<Created>();
  const unknown = (await create({ email: newEmail() })).json<Created>();

  expect(Object.keys(known)).toEqual(Object.keys(unknown));
  expect(known).toMatchObject({ email: person.email, name: "Ayşe Demir" });
  expect(known.accountId).not.toBe(person.accountId);
  // UUIDv7 begin with the time: an earlier one would reveal an account.
  for (const { accountId, id } of [known, unknown]) expect(accountId.slice(0, 9)).toBe(id.slice(0, 9));
  expect([await loadAccount(), (await t.as(person).get("/me")).json()]).toEqual(before);
});

test("joining another organization by invitation isn't affected", async () => {
  const email = newEmail();
  await create({ email });
  const other = await t.organization("Next door");
  const token = await inviteAndGetToken(t, other, email);

  expect((await acceptWithNewAccount(t, token)).statusCode).toBe(201);
});

test("the address of a created user can't be invited to the same organization, nor created again", async () => {
  const email = newEmail();
  await create({ email });

  const [result] = await inviteAll(t, lodos, { emails: [email] });
  expect(result).toMatchObject({ status: "already-user" });
  const again = await create({ email });
  expect([again.statusCode, again.json<{ code: string }>().code]).toEqual([409, "users/email-taken"]);
  const joined = await create({ email: lodos.owner.email });
  expect(joined.json()).toMatchObject({ code: "users/email-taken" });
});

test("removing the user removes the account, too", async () => {
  const user = (await create({ email: newEmail() })).json<Created>();

  expect((await owner.delete(`${base}/users/${user.id}`, { "if-match": '"1"' })).statusCode).toBe(204);

  expect(await t.sql("SELECT FROM accounts WHERE account_id = $1", [user.accountId])).toEqual([]);
});

test("one Idempotency-Key creates one user", async () => {
  const body = { name: "Ayşe Demir", email: newEmail() };
  const headers = { "idempotency-key": "create-once" };
  const first = await owner.post(`${base}/users`, body, headers);
  const second = await owner.post(`${base}/users`, body, headers);

  expect(second.json()).toEqual(first.json());
});

test.for<[string, (roles: TestOrganization["roles"]) => object, number, string]>([
  ["no address", () => ({ email: undefined }), 422, "request/invalid"],
  ["a wrong address", () => ({ email: "ayse" }), 422, "request/invalid"],
  ["no name", () => ({ name: undefined }), 422, "request/invalid"],
  ["both lists of roles", ({ viewer }) => ({ roleIds: [viewer], roles: [] }), 422, "request/invalid"],
  ["an unknown role", () => ({ roleIds: [crypto.randomUUID()] }), 422, "roles/unknown"],
  ["the owner role", ({ owner: role }) => ({ roleIds: [role] }), 422, "request/invalid"],
  [
    "a past end",
    ({ viewer }) => ({ roles: [{ id: viewer, expiresAt: inDays(-1) }] }),
    422,
    "request/invalid",
  ],
  ["an id in use", () => ({ externalId: "crm-1" }), 422, "request/invalid"],
  ["a password", () => ({ password: "seven green copper gates" }), 422, "request/invalid"],
  ["a status", () => ({ status: "suspended" }), 422, "request/invalid"],
])("rejects %s and changes nothing", async ([, body, status, code]) => {
  const before = await readDatabaseState(t);

  const response = await create({ email: newEmail(), ...body(lodos.roles) });

  expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([status, code]);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("needs users:create, and gives nothing above the caller's own permissions or for longer", async () => {
  const creator = await t.role(lodos, { name: "Creator", permissions: ["users:create", "campaigns:view"] });
  const temporary = await t.role(lodos, { name: "Temporary", permissions: ["people:view"] });
  const program = await t.user(lodos, { roles: [creator] });
  await t.sql(
    `INSERT INTO user_roles (organization_id, user_id, role_id, granted_by_type, granted_by_name, granted_at, expires_at)
     VALUES ($1, $2, $3, 'system', 'Test', $4, $5)`,
    [lodos.organizationId, program.userId, temporary, t.clock.now(), inDays(9)],
  );
  const { key } = await t.apiKey(lodos, { createdBy: program });
  const client = t.withKey(key);
  const code = async (body: object) =>
    (await create({ email: newEmail(), ...body }, client)).json<{ code?: string }>().code;

  expect(await code({ roleIds: [lodos.roles.marketer] })).toBe("forbidden/grant-ceiling");
  expect(await code({ roleIds: [temporary] })).toBe("forbidden/grant-ceiling");
  expect(await code({ roles: [{ id: temporary, expiresAt: inDays(9) }] })).toBeUndefined();
  const viewer = await t.user(lodos, { roles: ["viewer"] });
  const refused = await create({ email: newEmail() }, t.as(viewer));
  expect(refused.json()).toMatchObject({ status: 403, code: "forbidden/permission" });
});

test("an allowed domain counts for created users, too", async () => {
  const strict = await t.organization("Strict");
  await t.sql("UPDATE organizations SET allowed_domains = '{strict.example}' WHERE organization_id = $1", [
    strict.organizationId,
  ]);
  const path = `/organizations/${strict.organizationId}/users`;
  const client = t.as(strict.owner);

  const refused = await client.post(path, { name: "A", email: "a@else.example" });
  expect(refused.json()).toMatchObject({ code: "invitations/domain-not-allowed" });
  expect((await client.post(path, { name: "A", email: "a@strict.example" })).statusCode).toBe(201);
});

test("nobody makes an owner of a user who can't sign in", async () => {
  const user = (await create({ email: newEmail() })).json<Created>();
  const body = { roleIds: [lodos.roles.owner] };

  const response = await owner.patch(`${base}/users/${user.id}`, body, { "if-match": '"1"' });

  expect(response.statusCode).toBe(422);
  expect(response.json()).toMatchObject({ errors: [{ code: "roles/owner-needs-sign-in" }] });
});
