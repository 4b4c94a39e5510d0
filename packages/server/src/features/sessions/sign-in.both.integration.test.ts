import { afterAll, beforeAll, expect, test } from "vitest";
import type { Answer } from "../../../test/api-client.ts";
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

const signIn = (email: string, headers: Record<string, string> = {}, given = password): Promise<Answer> =>
  t.anonymous.post("/sessions", { email, password: given }, headers);

/** The token in a Set-Cookie header. */
function tokenIn(answer: Answer): string {
  return /^gatehouse=([\w-]{43});/.exec(String(answer.headers["set-cookie"]))?.[1] ?? "no token";
}

const me = (token: string): Promise<Answer> => t.anonymous.get("/me", { cookie: `gatehouse=${token}` });

test("signs in with address and password, in whichever case the address is typed", async () => {
  const answer = await signIn(`  ${acme.owner.email.toUpperCase()} `);
  expect(answer.statusCode).toBe(201);
  expect([answer.headers["set-cookie"]].flat()[0]).toMatch(
    /^gatehouse=[\w-]{43}; Path=\/; Expires=Wed, 01 Apr 2026 09:00:00 GMT; HttpOnly; SameSite=Lax$/,
  );
  expect(answer.json()).toEqual({
    user: { id: acme.owner.accountId, name: acme.owner.name, email: acme.owner.email, language: "en" },
    organizations: [{ id: acme.organizationId, name: "Acme", userId: acme.owner.userId }],
    expiresAt: "2026-04-01T09:00:00.000Z",
  });
  expect((await me(tokenIn(answer))).statusCode).toBe(200);
});

test("tells who is signed in, until they sign out", async () => {
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

test("answers who is signed in without an error when it is nobody", async () => {
  const cookie = `gatehouse=${tokenIn(await signIn(acme.owner.email))}`;
  const status = (headers: Record<string, string>) => t.anonymous.get("/sessions/status", headers);
  expect((await status({ cookie })).json()).toMatchObject({
    session: { user: { email: acme.owner.email } },
    needsSetup: false,
  });
  for (const headers of [{}, { cookie: "gatehouse=nobody" }]) {
    const answer = await status(headers);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ session: null });
  }
});

test("keeps nothing of the token but its hash", async () => {
  const token = tokenIn(await signIn(acme.owner.email));
  const rows = await t.sql("SELECT token_hash, to_jsonb(s)::text AS row FROM sessions s");
  expect(rows.map((row) => row["token_hash"])).toContain(hashToken(token));
  expect(rows.map((row) => row["row"]).join("\n")).not.toContain(token);
});

test("writes signing in and out into the log of every organization where one is active", async () => {
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

test("replaces whatever cookie the browser had before, and ends its session", async () => {
  const fixed = await signIn(acme.owner.email, { cookie: `gatehouse=${"f".repeat(43)}` });
  expect(tokenIn(fixed)).not.toBe("f".repeat(43));
  expect((await me("f".repeat(43))).statusCode).toBe(401);

  const other = await t.user(acme, { roles: ["viewer"] });
  const again = await signIn(other.email, { cookie: `gatehouse=${tokenIn(fixed)}` });
  expect((await me(tokenIn(again))).json()).toMatchObject({ account: { email: other.email } });
  expect((await me(tokenIn(fixed))).statusCode).toBe(401);
});

test("answers alike for a wrong password, an unknown address and no address at all", async () => {
  const answers = await Promise.all([
    signIn(acme.owner.email, {}, "wrong horse battery staple"),
    signIn("nobody@example.test"),
    signIn("not an address"),
    signIn(""),
  ]);
  const bodies = answers.map((answer) => ({ ...answer.json(), requestId: "" }));
  for (const body of bodies) expect(body).toEqual(bodies[0]);
  expect(bodies[0]).toMatchObject({ status: 401, code: "auth/wrong-credentials" });
  for (const { headers } of answers) expect(headers["set-cookie"]).toBeUndefined();
});

test("tells somebody who is suspended everywhere so, once the password is right", async () => {
  const gone = await t.user(acme, { status: "suspended" });
  const answer = await signIn(gone.email);
  expect(answer.json()).toMatchObject({
    status: 403,
    code: "sessions/suspended",
    params: { organization: "Acme" },
  });
  expect(answer.headers["set-cookie"]).toBeUndefined();
  expect(await t.sql("SELECT 1 FROM sessions WHERE account_id = $1", [gone.accountId])).toEqual([]);
  const wrong = await signIn(gone.email, {}, "wrong horse battery staple");
  expect(wrong.json()).toMatchObject({ code: "auth/wrong-credentials" });
});

test("lets in whoever is suspended in one place and active in another, or a user nowhere yet", async () => {
  const elsewhere = await t.organization("Elsewhere");
  const both = await t.user(elsewhere, { roles: ["viewer"] });
  await t.user(acme, { sameAccountAs: both, status: "suspended" });
  const answer = await signIn(both.email);
  expect(answer.json()).toMatchObject({ organizations: [{ name: "Elsewhere" }] });

  const removed = await t.user(acme);
  await t.sql("DELETE FROM users WHERE user_id = $1", [removed.userId]);
  expect((await signIn(removed.email)).json()).toMatchObject({ organizations: [] });
});

test("takes no part of a token, no hash from the database, and no token of another kind", async () => {
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
  const answers = await Promise.all(tries.map(me));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(tries.map(() => 401));
  const bearer = await t.app.inject({
    url: "/api/v1/me",
    headers: { origin: testOrigin, authorization: `Bearer ${token}` },
  });
  expect(bearer.statusCode).toBe(401);
});
