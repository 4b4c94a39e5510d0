import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiResponse } from "../../../test/api-client.ts";
import {
  createTestApp,
  type FakePasswords,
  type TestApp,
  testOrigin,
} from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { acceptWithNewAccount, inviteAndGetToken, validPassword } from "../../../test/invitations.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";

const right = "correct horse battery staple";
const wrong = "wrong horse battery staple";
const office = "192.0.2.10";

let t: TestApp;
let acme: TestOrganization;
let ada: TestUser;

/** Fast fake hashing for hundreds of attempts: the hash is the password itself. */
const quick: FakePasswords = {
  hash: async (password) => password,
  verify: async (stored, password) =>
    stored !== null && (stored.startsWith("$argon2id") ? password === right : stored === password),
};

beforeAll(async () => {
  t = await createTestApp({ passwords: quick });
  acme = await t.organization();
});
beforeEach(async () => {
  ada = await t.user(acme, { roles: ["viewer"] });
  await t.sql("DELETE FROM throttles");
});
afterAll(() => t.close());

interface Try {
  readonly email: string;
  readonly password: string;
  readonly from?: string;
  readonly cookie?: string;
}

const signIn = ({ email, password, from = office, cookie = "" }: Try): Promise<ApiResponse> =>
  t.app.inject({
    method: "POST",
    url: "/api/v1/sessions",
    remoteAddress: from,
    headers: { origin: testOrigin, "content-type": "application/json", cookie },
    payload: JSON.stringify({ email, password }),
  });

/** The device cookie of a response, in the form of a request header. */
function readDeviceCookie(answer: ApiResponse): string {
  const cookies = [answer.headers["set-cookie"] ?? []].flat();
  const set = cookies.find((cookie) => cookie.startsWith("gatehouse-device="));
  return set?.split(";")[0] ?? "no device";
}

async function repeat(count: number, run: (index: number) => Promise<ApiResponse>): Promise<number[]> {
  const statuses: number[] = [];
  for (let index = 0; index < count; index += 1) statuses.push((await run(index)).statusCode);
  return statuses;
}

const fillNetwork = () =>
  repeat(100, (index) => signIn({ email: `nobody-${index}@spray.test`, password: wrong }));
const fillAccount = () =>
  repeat(54, (index) =>
    signIn({ email: ada.email, password: wrong, from: `198.51.100.${1 + Math.floor(index / 9)}` }),
  );

test("sets an HttpOnly device cookie at sign-in", async () => {
  const answer = await signIn({ email: ada.email, password: right });
  const cookies = [answer.headers["set-cookie"] ?? []].flat();
  expect(cookies).toHaveLength(2);
  expect(cookies[1]).toMatch(
    /^gatehouse-device=[\w-]{22}\.[\w-]{43}; Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  expect(cookies[1]).not.toContain(ada.accountId);
});

test("allows sign-in on a known device after the network's attempts are used up", async () => {
  const device = readDeviceCookie(await signIn({ email: ada.email, password: right }));
  await fillNetwork();
  expect((await signIn({ email: ada.email, password: right })).statusCode).toBe(429);
  expect((await signIn({ email: ada.email, password: right, cookie: device })).statusCode).toBe(201);
});

test("allows sign-in on a known device after the account's attempts are used up", async () => {
  const device = readDeviceCookie(await signIn({ email: ada.email, password: right }));
  await fillAccount();
  const away = "203.0.113.77";
  expect((await signIn({ email: ada.email, password: right, from: away })).statusCode).toBe(429);
  expect((await signIn({ email: ada.email, password: right, from: away, cookie: device })).statusCode).toBe(
    201,
  );
});

test("allows a signed-in user to sign in again after the attempts are used up", async () => {
  const cookie = `gatehouse=${await t.session(ada)}`;
  await fillNetwork();
  await fillAccount();
  expect((await signIn({ email: ada.email, password: right, cookie })).statusCode).toBe(201);
});

test("limits the attempts of each known device separately", async () => {
  const device = readDeviceCookie(await signIn({ email: ada.email, password: right }));
  const other = readDeviceCookie(await signIn({ email: ada.email, password: right }));
  const tries = await repeat(11, () => signIn({ email: ada.email, password: wrong, cookie: device }));
  expect(tries).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
  const answer = await signIn({ email: ada.email, password: right, cookie: device });
  expect(answer.json()).toMatchObject({ status: 429, code: "throttled" });
  expect(answer.headers["retry-after"]).toBe("900");
  expect((await signIn({ email: ada.email, password: right, cookie: other })).statusCode).toBe(201);
});

test("recognizes a device for its own account only", async () => {
  const bob = await t.user(acme);
  const device = readDeviceCookie(await signIn({ email: bob.email, password: right }));
  await fillNetwork();
  expect((await signIn({ email: ada.email, password: right, cookie: device })).statusCode).toBe(429);
});

test("recognizes one browser for several accounts", async () => {
  const bob = await t.user(acme);
  const first = readDeviceCookie(await signIn({ email: ada.email, password: right }));
  const both = readDeviceCookie(await signIn({ email: bob.email, password: right, cookie: first }));
  await fillNetwork();
  expect((await signIn({ email: ada.email, password: right, cookie: both })).statusCode).toBe(201);
  expect((await signIn({ email: bob.email, password: right, cookie: both })).statusCode).toBe(201);
});

test.each([
  ["a foreign signature", (cookie: string) => `${cookie.slice(0, -4)}AAAA`],
  ["another name", (cookie: string) => cookie.replace(/=../, "=AA")],
  ["a hundred kilobytes", () => `gatehouse-device=${"A".repeat(8_000)}`],
  ["nothing", () => "gatehouse-device="],
])("ignores a device cookie with %s", async (_, change) => {
  const device = readDeviceCookie(await signIn({ email: ada.email, password: right }));
  await fillNetwork();
  const answer = await signIn({ email: ada.email, password: right, cookie: change(device) });
  expect(answer.statusCode).toBe(429);
});

test("invalidates all device cookies except the one of the password change", async () => {
  const thief = readDeviceCookie(await signIn({ email: ada.email, password: right }));
  const own = await signIn({ email: ada.email, password: right });
  const session = String(own.headers["set-cookie"]).split(";")[0] ?? "";
  const next = "a quite different sentence 7";
  const change = await t.app.inject({
    method: "POST",
    url: "/api/v1/me/password",
    headers: {
      origin: testOrigin,
      "content-type": "application/json",
      cookie: `${session}; ${readDeviceCookie(own)}`,
    },
    payload: JSON.stringify({ currentPassword: right, newPassword: next }),
  });
  expect(change.statusCode).toBe(204);
  await fillNetwork();
  const at = (cookie: string) => signIn({ email: ada.email, password: next, cookie });
  expect((await at(thief)).statusCode).toBe(429);
  expect((await at(readDeviceCookie(own))).statusCode).toBe(429);
  expect((await at(readDeviceCookie(change))).statusCode).toBe(201);
});

test("sets the device cookie when an invitation is accepted", async () => {
  const token = await inviteAndGetToken(t, acme, "newcomer@devices.test");
  const device = readDeviceCookie(await acceptWithNewAccount(t, token));
  await fillNetwork();
  const answer = await signIn({ email: "newcomer@devices.test", password: validPassword, cookie: device });
  expect(answer.statusCode).toBe(201);
});

test("writes nothing for a throttled attempt", async () => {
  await fillNetwork();
  await fillAccount();
  // Without the minute in which a failure is recorded once, after its response.
  const inTwoMinutes = new Date(t.clock.now().getTime() + 120_000);
  const readThrottles = () =>
    t.sql("SELECT * FROM throttles WHERE expires_at > $1 ORDER BY bucket", [inTwoMinutes]);
  const before = await readThrottles();
  const refused = [
    await signIn({ email: ada.email, password: right }),
    await signIn({ email: "somebody-new@spray.test", password: wrong }),
    await signIn({ email: ada.email, password: wrong, from: "203.0.113.78" }),
  ];
  expect(refused.map(({ statusCode }) => statusCode)).toEqual([429, 429, 429]);
  expect(await readThrottles()).toEqual(before);
});

test("allows a password change after ten wrong attempts in another session", async () => {
  const change = (cookie: string, currentPassword: string) =>
    t.app.inject({
      method: "POST",
      url: "/api/v1/me/password",
      headers: { origin: testOrigin, "content-type": "application/json", cookie },
      payload: JSON.stringify({ currentPassword, newPassword: "a quite different sentence 7" }),
    });
  const thief = `gatehouse=${await t.session(ada)}`;
  const own = `gatehouse=${await t.session(ada)}`;
  const tries = await repeat(11, () => change(thief, wrong));
  expect(tries).toEqual([...Array.from({ length: 9 }, () => 422), 401, 401]);
  expect((await change(own, right)).statusCode).toBe(204);
});

test("doesn't throttle 120 users behind one address because of each other", async () => {
  const people = await t.users(
    acme,
    Array.from({ length: 120 }, () => ({})),
  );
  const outcomes = await runConcurrently(120, (index) =>
    signIn({ email: people[index]?.email ?? "", password: right }),
  );
  const statuses = outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value.statusCode : 0));
  expect(statuses).toContain(201);
  expect(statuses).not.toContain(429);
});
