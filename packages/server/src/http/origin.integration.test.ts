import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../test/factories.ts";
import { stateOf } from "../../test/state-of.ts";

let t: TestApp;
let acme: TestOrganization;
let viewer: TestUser;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  viewer = await t.user(acme, { roles: ["viewer"] });
});
afterAll(() => t.close());

type Headers = Readonly<Record<string, string>>;

async function patch(headers: Headers) {
  return t.app.inject({
    method: "PATCH",
    url: `/api/v1/organizations/${acme.organizationId}/users/${viewer.userId}`,
    headers: { "if-match": '"1"', "content-type": "application/json", ...headers },
    payload: JSON.stringify({ name: "From elsewhere" }),
  });
}

const cookie = async (): Promise<string> => `gatehouse=${await t.session(acme.owner)}`;

const foreign: readonly (readonly [string, Headers])[] = [
  ["no", {}],
  ["a null", { origin: "null" }],
  ["a foreign", { origin: "https://evil.example" }],
  ["a longer", { origin: `${testOrigin}.evil.example` }],
  ["another port's", { origin: "http://127.0.0.1:3001" }],
  ["an https", { origin: "https://127.0.0.1:3000" }],
  ["an empty", { origin: "" }],
];

test.each(foreign)("refuses a change by cookie with %s Origin, and changes nothing", async (_, headers) => {
  const withCookie = { ...headers, cookie: await cookie() };
  const before = await stateOf(t);
  const answer = await patch(withCookie);
  expect(answer).toMatchObject({ statusCode: 403 });
  expect(answer.json()).toMatchObject({ code: "forbidden/origin" });
  expect(await stateOf(t)).toEqual(before);
});

test.each(foreign)("refuses to sign in with %s Origin: it would set a cookie", async (_, headers) => {
  const before = await stateOf(t);
  const answer = await t.app.inject({
    method: "POST",
    url: "/api/v1/sessions",
    headers: { "content-type": "application/json", ...headers },
    payload: JSON.stringify({ email: acme.owner.email, password: "correct horse battery staple" }),
  });
  expect(answer.statusCode).toBe(403);
  expect(answer.headers["set-cookie"]).toBeUndefined();
  expect(await stateOf(t)).toEqual(before);
});

test.each(["http://127.0.0.1:3000", "http://localhost:3000", "http://[::1]:3000"])(
  "takes a change from %s while PUBLIC_URL is unset",
  async (origin) => {
    expect((await patch({ origin, cookie: await cookie(), "if-match": '"999"' })).statusCode).toBe(412);
  },
);

test("reads by cookie without an Origin: a link from elsewhere works", async () => {
  const url = `/api/v1/organizations/${acme.organizationId}/users`;
  expect((await t.app.inject({ url, headers: { cookie: await cookie() } })).statusCode).toBe(200);
});

test("takes a change by API key without an Origin, whatever cookie comes along", async () => {
  const { key } = await t.apiKey(acme);
  const headers = { authorization: `Bearer ${key}`, cookie: await cookie() };
  expect((await patch({ ...headers, "if-match": '"999"' })).statusCode).toBe(412);
});

test("does not take the cookie in place of a wrong API key", async () => {
  const headers = { origin: testOrigin, authorization: "Bearer ghk_wrong", cookie: await cookie() };
  const answer = await patch(headers);
  expect(answer.statusCode).toBe(401);
  expect(answer.json()).toMatchObject({ code: "auth/invalid-key" });
});

test("leaves alone the header of a proxy that asks for a password of its own", async () => {
  const headers = { origin: testOrigin, authorization: "Basic b3BzOnNlY3JldA==", cookie: await cookie() };
  expect((await patch({ ...headers, "if-match": '"999"' })).statusCode).toBe(412);
});

test("takes changes from PUBLIC_URL alone once it is set, and binds the cookie to https", async () => {
  const config = { publicUrl: "https://gate.example.com", isPublicUrlSet: true };
  const s = await createTestApp({ config });
  const { owner } = await s.organization();
  const signIn = (origin: string) =>
    s.app.inject({
      method: "POST",
      url: "/api/v1/sessions",
      headers: { origin, host: "evil.example", "content-type": "application/json" },
      payload: JSON.stringify({ email: owner.email, password: "correct horse battery staple" }),
    });
  expect((await signIn(testOrigin)).statusCode).toBe(403);
  expect((await signIn("https://evil.example")).statusCode).toBe(403);
  const answer = await signIn("https://gate.example.com");
  expect(answer.statusCode).toBe(201);
  expect([answer.headers["set-cookie"]].flat()).toEqual([
    expect.stringMatching(
      /^__Host-gatehouse=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
    ),
    expect.stringMatching(
      /^__Host-gatehouse-device=[\w.-]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    ),
  ]);
  expect(answer.headers["strict-transport-security"]).toBe("max-age=31536000");
  await s.close();
});
