import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiResponse } from "../../../test/api-client.ts";
import { createTestApp, type TestApp, testOrigin } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { hashToken } from "../../ports/secrets.ts";

const password = "correct horse battery staple";
let t: TestApp;
let acme: TestOrganization;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization("Acme");
});
afterAll(() => t.close());

const signIn = (
  email: string,
  headers: Record<string, string> = {},
  given = password,
): Promise<ApiResponse> => t.anonymous.post("/sessions", { email, password: given }, headers);

/** The token in a Set-Cookie header. */
function tokenIn(response: ApiResponse): string {
  return /^gatehouse=([\w-]{43});/.exec(String(response.headers["set-cookie"]))?.[1] ?? "no token";
}

const me = (token: string): Promise<ApiResponse> => t.anonymous.get("/me", { cookie: `gatehouse=${token}` });

test("signs in with email address and password, ignoring the case of the address", async () => {
  const response = await signIn(`  ${acme.owner.email.toUpperCase()} `);
  expect(response.statusCode).toBe(201);
  expect([response.headers["set-cookie"]].flat()[0]).toMatch(
    /^gatehouse=[\w-]{43}; Path=\/; Expires=Wed, 01 Apr 2026 09:00:00 GMT; HttpOnly; SameSite=Lax$/,
  );
  expect(response.json()).toEqual({
    user: { id: acme.owner.accountId, name: acme.owner.name, email: acme.owner.email, language: "en" },
    organizations: [{ id: acme.organizationId, name: "Acme", userId: acme.owner.userId }],
    expiresAt: "2026-04-01T09:00:00.000Z",
  });
  expect((await me(tokenIn(response))).statusCode).toBe(200);
});

test("returns the account of the session until it signs out", async () => {
  const cookie = `gatehouse=${tokenIn(await signIn(acme.owner.email))}`;
  const current = await t.anonymous.get("/sessions/current", { cookie });
  expect(current.json()).toMatchObject({ user: { email: acme.owner.email } });
  const out = await t.anonymous.delete("/sessions/current", { cookie });
  expect(out.statusCode).toBe(204);
  expect(out.headers["set-cookie"]).toMatch(
    /^gatehouse=; Max-Age=0; Path=\/; Expires=Thu, 01 Jan 1970 .*HttpOnly; SameSite=Lax$/,
  );
  const after = await t.anonymous.get("/sessions/current", { cookie });
  expect(after.json()).toMatchObject({ status: 401, code: "auth/required" });
});

test("returns an empty session status without an error", async () => {
  const cookie = `gatehouse=${tokenIn(await signIn(acme.owner.email))}`;
  const status = (headers: Record<string, string>) => t.anonymous.get("/sessions/status", headers);
  expect((await status({ cookie })).json()).toMatchObject({
    session: { user: { email: acme.owner.email } },
    needsSetup: false,
  });
  for (const headers of [{}, { cookie: "gatehouse=nobody" }]) {
    const response = await status(headers);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ session: null });
  }
});

test("stores only the hash of the token", async () => {
  const token = tokenIn(await signIn(acme.owner.email));
  const rows = await t.sql("SELECT token_hash, to_jsonb(s)::text AS row FROM sessions s");
  expect(rows.map((row) => row["token_hash"])).toContain(hashToken(token));
  expect(rows.map((row) => row["row"]).join("\n")).not.toContain(token);
});

test("records sign-in and sign-out in every organization where the user is active", async () => {
  const [one, two, three] = [await t.organization(), await t.organization(), await t.organization()];
  const person = await t.user(one, { roles: ["viewer"] });
  const other = await t.user(two, { roles: ["viewer"], sameAccountAs: person });
  await t.user(three, { sameAccountAs: person, status: "suspended" });
  const token = tokenIn(await signIn(person.email));
  await t.anonymous.delete("/sessions/current", { cookie: `gatehouse=${token}` });
  const events = await t.sql(
    `SELECT organization_id, actor_id, action, ip FROM audit_events
     WHERE organization_id = ANY($1) ORDER BY organization_id, sequence`,
    [[one.organizationId, two.organizationId, three.organizationId]],
  );
  const of = (organization: TestOrganization, actor: string) =>
    ["sessions.signed-in", "sessions.signed-out"].map((action) => ({
      organization_id: organization.organizationId,
      actor_id: actor,
      action,
      ip: "127.0.0.1",
    }));
  expect(events).toEqual([...of(one, person.userId), ...of(two, other.userId)]);
});

test("replaces the previous session cookie and ends its session", async () => {
  const fixed = await signIn(acme.owner.email, { cookie: `gatehouse=${"f".repeat(43)}` });
  expect(tokenIn(fixed)).not.toBe("f".repeat(43));
  expect((await me("f".repeat(43))).statusCode).toBe(401);

  const other = await t.user(acme, { roles: ["viewer"] });
  const again = await signIn(other.email, { cookie: `gatehouse=${tokenIn(fixed)}` });
  expect((await me(tokenIn(again))).json()).toMatchObject({ account: { email: other.email } });
  expect((await me(tokenIn(fixed))).statusCode).toBe(401);
});

test("returns the same error for a wrong password, an unknown address and an invalid address", async () => {
  const responses = await Promise.all([
    signIn(acme.owner.email, {}, "wrong horse battery staple"),
    signIn("nobody@example.test"),
    signIn("not an address"),
    signIn(""),
  ]);
  const bodies = responses.map((response) => ({ ...response.json(), requestId: "" }));
  for (const body of bodies) expect(body).toEqual(bodies[0]);
  expect(bodies[0]).toMatchObject({ status: 401, code: "auth/wrong-credentials" });
  for (const { headers } of responses) expect(headers["set-cookie"]).toBeUndefined();
});

test("reports the suspension only with the right password if the user is suspended everywhere", async () => {
  const gone = await t.user(acme, { status: "suspended" });
  const response = await signIn(gone.email);
  expect(response.json()).toMatchObject({
    status: 403,
    code: "sessions/suspended",
    params: { organization: "Acme" },
  });
  expect(response.headers["set-cookie"]).toBeUndefined();
  expect(await t.sql("SELECT 1 FROM sessions WHERE account_id = $1", [gone.accountId])).toEqual([]);
  const wrong = await signIn(gone.email, {}, "wrong horse battery staple");
  expect(wrong.json()).toMatchObject({ code: "auth/wrong-credentials" });
});

test("signs in an account that is suspended in one of two organizations, or has none", async () => {
  const elsewhere = await t.organization("Elsewhere");
  const both = await t.user(elsewhere, { roles: ["viewer"] });
  await t.user(acme, { sameAccountAs: both, status: "suspended" });
  const response = await signIn(both.email);
  expect(response.json()).toMatchObject({ organizations: [{ name: "Elsewhere" }] });

  const removed = await t.user(acme);
  await t.sql("DELETE FROM users WHERE user_id = $1", [removed.userId]);
  expect((await signIn(removed.email)).json()).toMatchObject({ organizations: [] });
});

test("rejects part of a token, a stored hash, and tokens of other kinds", async () => {
  const token = tokenIn(await signIn(acme.owner.email));
  const { key } = await t.apiKey(acme);
  const tries = [
    token.slice(0, -1),
    `${token}A`,
    token.toLowerCase(),
    hashToken(token),
    key,
    "%00",
    "null",
    "",
  ];
  const responses = await Promise.all(tries.map(me));
  expect(responses.map(({ statusCode }) => statusCode)).toEqual(tries.map(() => 401));
  const bearer = await t.app.inject({
    url: "/api/v1/me",
    headers: { origin: testOrigin, authorization: `Bearer ${token}` },
  });
  expect(bearer.statusCode).toBe(401);
});
