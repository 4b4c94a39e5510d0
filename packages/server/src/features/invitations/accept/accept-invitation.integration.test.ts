import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "../../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../../test/factories.ts";
import {
  acceptWithNewAccount,
  getInvitationState,
  getInvitationToken,
  invite,
  inviteAndGetToken,
  validPassword,
} from "../../../../test/invitations.ts";

let t: TestApp;
let lodos: TestOrganization;
let path: string;
beforeAll(async () => {
  t = await createTestApp();
  lodos = await t.organization("Lodos Retail");
  path = `/organizations/${lodos.organizationId}/invitations`;
});
afterAll(() => t.close());

const lookUp = (token: string) => t.anonymous.post("/invitations/lookup", { token });

test("GET and HEAD requests to the page leave the invitation pending", async () => {
  const { id } = await invite(t, lodos, "scanned@x.example");
  const token = await getInvitationToken(t, lodos, id);
  const before = await getInvitationState(t);

  for (let round = 0; round < 25; round++)
    for (const method of ["GET", "HEAD"] as const)
      for (const url of ["/accept", `/accept?token=${token}`, `/api/v1/invitations/accept?token=${token}`])
        await t.app.inject({ method, url });

  expect(await getInvitationState(t)).toEqual(before);
  expect((await lookUp(token)).statusCode).toBe(200);
});

test("looking up an invitation changes nothing", async () => {
  const token = await inviteAndGetToken(t, lodos, "look@x.example");
  const before = await getInvitationState(t);

  const answers = [await lookUp(token), await lookUp(token), await lookUp(token)];

  expect(new Set(answers.map((answer) => answer.body)).size).toBe(1);
  expect(await getInvitationState(t)).toEqual(before);
});

test("a link works until the millisecond before its expiry", async () => {
  const { id, expiresAt } = await invite(t, lodos, "second@x.example");
  const token = await getInvitationToken(t, lodos, id);

  t.clock.set(expiresAt);
  expect((await lookUp(token)).json()).toMatchObject({ status: 410, code: "invitations/expired" });
  expect((await acceptWithNewAccount(t, token)).json()).toMatchObject({
    status: 410,
    code: "invitations/expired",
  });
  t.clock.advance(-1);
  expect((await acceptWithNewAccount(t, token)).statusCode).toBe(201);
});

test("a used, revoked or replaced link returns its own error and changes nothing", async () => {
  const used = await inviteAndGetToken(t, lodos, "used@x.example");
  await acceptWithNewAccount(t, used);
  const revoked = await invite(t, lodos, "revoked@x.example");
  const revokedToken = await getInvitationToken(t, lodos, revoked.id);
  await t.as(lodos.owner).delete(`${path}/${revoked.id}`);
  const replaced = await inviteAndGetToken(t, lodos, "replaced@x.example");
  await invite(t, lodos, "replaced@x.example");
  const before = await getInvitationState(t);

  for (const [token, code] of [
    [used, "invitations/used"],
    [revokedToken, "invitations/revoked"],
    [replaced, "invitations/replaced"],
  ] as const)
    for (const answer of [await lookUp(token), await acceptWithNewAccount(t, token)])
      expect(answer.json()).toMatchObject({ status: 410, code });
  expect(await getInvitationState(t)).toEqual(before);
});

test("rejects another signed-in account, naming both addresses, and keeps the invitation pending", async () => {
  const other = await t.user(lodos, { email: "other@x.example" });
  const token = await inviteAndGetToken(t, lodos, "meant@x.example");
  const client = t.as(other);
  await client.get("/me");
  const before = await getInvitationState(t);

  for (const body of [{ token }, { token, name: "Somebody", password: validPassword }]) {
    const answer = await client.post("/invitations/accept", body);
    expect(answer.json()).toMatchObject({
      status: 403,
      code: "invitations/other-account",
      detail: expect.stringMatching(/meant@x\.example.*other@x\.example/),
      params: { invited: "meant@x.example", signedIn: "other@x.example" },
    });
  }
  expect(await getInvitationState(t)).toEqual(before);
});

test("an existing account must sign in, and keeps its name and password", async () => {
  const otherOrganization = await t.organization();
  const user = await t.user(otherOrganization, { name: "Known Person", email: "known@x.example" });
  const token = await inviteAndGetToken(t, lodos, "Known@X.example", { roles: ["marketer"] });
  const before = await getInvitationState(t);
  expect((await lookUp(token)).json()).toMatchObject({ accountExists: true });

  expect((await acceptWithNewAccount(t, token)).json()).toMatchObject({
    status: 409,
    code: "invitations/sign-in-first",
  });
  const withPassword = await t
    .as(user)
    .post("/invitations/accept", { token, name: "New", password: validPassword });
  expect(withPassword.json()).toMatchObject({
    status: 422,
    errors: [{ path: "name" }, { path: "password" }],
  });
  expect(await getInvitationState(t)).toEqual(before);

  const accepted = await t.as(user).post("/invitations/accept", { token });
  expect(accepted.statusCode).toBe(201);
  expect(accepted.json()).toMatchObject({
    user: { name: "Known Person" },
    organizationId: lodos.organizationId,
  });
  const hashes = await t.sql("SELECT DISTINCT password_hash FROM accounts WHERE email IN ($1, $2)", [
    "known@x.example",
    lodos.owner.email,
  ]);
  expect(hashes).toHaveLength(1);
});

test("accepting replaces the current session", async () => {
  const otherOrganization = await t.organization();
  const user = await t.user(otherOrganization, { email: "fixed@x.example" });
  const token = await inviteAndGetToken(t, lodos, user.email);
  const oldSession = await t.session(user);
  const headers = { origin: testOrigin, cookie: `gatehouse=${oldSession}` };

  const accepted = await t.anonymous.post("/invitations/accept", { token }, headers);

  const cookie = accepted.cookies.find(({ name }) => name === "gatehouse");
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
  expect(cookie?.value).not.toBe(oldSession);
  expect((await t.anonymous.get("/me", headers)).statusCode).toBe(401);
  expect((await t.anonymous.get("/me", { cookie: `gatehouse=${cookie?.value}` })).statusCode).toBe(200);
});

test("a user of the organization gets an error, and nothing changes", async () => {
  const token = await inviteAndGetToken(t, lodos, "in-already@x.example");
  const user = await t.user(lodos, { email: "in-already@x.example", roles: ["viewer"] });
  const client = t.as(user);
  await client.get("/me");
  const before = await getInvitationState(t);

  expect((await client.post("/invitations/accept", { token })).json()).toMatchObject({
    status: 409,
    code: "invitations/already-user",
  });
  expect(await getInvitationState(t)).toEqual(before);
});

test.each([
  ["no name", { name: undefined }, "name"],
  ["no password", { password: undefined }, "password"],
  ["a short password", { password: "short one" }, "password"],
  ["a password made of the invited address", { password: "newcomer-newcomer1" }, "password"],
  ["a password made of the organization", { password: "lodos retail lodos" }, "password"],
  ["roles", { roleIds: ["x"] }, undefined],
  ["an organization", { organizationId: "x" }, undefined],
  ["an e-mail", { email: "x@y.example" }, undefined],
])("rejects a new account with %s, and the link still works", async (_, body, field) => {
  const token = await inviteAndGetToken(t, lodos, "newcomer@x.example");
  const before = await getInvitationState(t);

  const answer = await acceptWithNewAccount(t, token, body);

  expect(answer.statusCode).toBe(422);
  if (field !== undefined) expect(answer.json().errors).toMatchObject([{ path: field }]);
  expect(await getInvitationState(t)).toEqual(before);
  expect((await lookUp(token)).statusCode).toBe(200);
});

test("invalid tokens return 404 and are throttled by network, and valid links keep working", async () => {
  const token = await inviteAndGetToken(t, lodos, "guess@x.example");
  const forged = `${token.slice(0, -2)}xx`;
  const from = (remoteAddress: string, url: string, invalidToken: string) =>
    t.app.inject({
      method: "POST",
      url: `/api/v1/invitations/${url}`,
      remoteAddress,
      headers: { origin: testOrigin },
      payload: { token: invalidToken },
    });

  for (let tries = 0; tries < 30; tries++) {
    const answer = await from(`2001:db8:0:1::${tries}`, tries % 2 === 0 ? "lookup" : "accept", forged);
    expect(answer.json()).toMatchObject({ status: 404, code: "not-found" });
  }
  const throttled = await from("2001:db8:0:1:ffff::1", "lookup", forged);
  expect(throttled.json()).toMatchObject({ status: 429, code: "throttled" });
  expect(Number(throttled.headers["retry-after"])).toBeGreaterThan(0);
  expect((await from("2001:db8:0:1::1", "lookup", token)).statusCode).toBe(200);
  expect((await from("2001:db8:0:2::1", "lookup", forged)).statusCode).toBe(404);
});

test("session tokens and invitation tokens aren't interchangeable", async () => {
  const token = await inviteAndGetToken(t, lodos, "purpose@x.example");
  const session = await t.session(lodos.owner);

  expect((await lookUp(session)).statusCode).toBe(404);
  expect((await t.anonymous.get("/me", { cookie: `gatehouse=${token}` })).statusCode).toBe(401);
});

test("rejects accepting from another origin", async () => {
  const token = await inviteAndGetToken(t, lodos, "csrf@x.example");
  const before = await getInvitationState(t);

  for (const origin of ["https://evil.example", "null"]) {
    const body = { token, name: "Elif", password: validPassword };
    const answer = await t.anonymous.post("/invitations/accept", body, { origin });
    expect(answer.json()).toMatchObject({ status: 403, code: "forbidden/origin" });
  }
  expect(await getInvitationState(t)).toEqual(before);
});
