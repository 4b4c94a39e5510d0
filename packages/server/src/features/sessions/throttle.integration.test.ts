import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiResponse } from "../../../test/api-client.ts";
import {
  createTestApp,
  type FakePasswords,
  type TestApp,
  testOrigin,
} from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";
import { ApiError } from "../../errors/api-error.ts";
import { createPasswords } from "../accounts/index.ts";

const right = "correct horse battery staple";
const wrong = "wrong horse battery staple";
const window = 15 * 60_000;

let t: TestApp;
let acme: TestOrganization;
let ada: TestUser;

/** Fast fake hashing for hundreds of attempts. */
const quick: FakePasswords = {
  hash: async () => "hash",
  verify: async (stored, password) => stored !== null && password === right,
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

let lastAddress = 0;
/** An unused IPv4 address. */
function freshAddress(): string {
  lastAddress += 1;
  return `10.0.${Math.floor(lastAddress / 250)}.${1 + (lastAddress % 250)}`;
}

const signIn = (email: string, password: string, remoteAddress: string, cookie = ""): Promise<ApiResponse> =>
  t.app.inject({
    method: "POST",
    url: "/api/v1/sessions",
    remoteAddress,
    headers: { origin: testOrigin, "content-type": "application/json", cookie },
    payload: JSON.stringify({ email, password }),
  });

async function collectStatuses(
  count: number,
  run: (index: number) => Promise<ApiResponse>,
): Promise<number[]> {
  const statuses: number[] = [];
  for (let index = 0; index < count; index += 1) statuses.push((await run(index)).statusCode);
  return statuses;
}

const times = (count: number, status: number): number[] => Array.from({ length: count }, () => status);

test("rejects the eleventh attempt from one network for 15 minutes, even with the right password", async () => {
  const here = freshAddress();
  expect(await collectStatuses(11, () => signIn(ada.email, wrong, here))).toEqual([...times(10, 401), 429]);
  t.clock.advance(window / 3);
  const response = await signIn(ada.email, right, here);
  expect(response.json()).toMatchObject({ code: "throttled", params: { seconds: 600 } });
  expect(response.headers["retry-after"]).toBe("600");
  expect(response.headers["set-cookie"]).toBeUndefined();
  t.clock.advance((window * 2) / 3);
  expect((await signIn(ada.email, right, here)).statusCode).toBe(201);
});

test("applies the same limit to a hundred concurrent attempts", async () => {
  const here = freshAddress();
  const outcomes = await runConcurrently(100, () => signIn(ada.email, wrong, here));
  const statuses = outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value.statusCode : 0));
  expect(statuses.toSorted()).toEqual([...times(10, 401), ...times(90, 429)]);
});

test("allows sign-in from another network after a hundred wrong passwords", async () => {
  const attacker = freshAddress();
  await collectStatuses(100, () => signIn(ada.email, wrong, attacker));
  expect((await signIn(ada.email, right, freshAddress())).statusCode).toBe(201);
});

test("counts unknown email addresses like known ones", async () => {
  const here = freshAddress();
  const unknown = "nobody@example.test";
  expect(await collectStatuses(11, () => signIn(unknown, wrong, here))).toEqual([...times(10, 401), 429]);
  const elsewhere = await collectStatuses(40, () => signIn(unknown, wrong, freshAddress()));
  expect(elsewhere).toEqual(times(40, 401));
  expect((await signIn(unknown, wrong, freshAddress())).statusCode).toBe(429);
});

test("throttles one password tried against 500 accounts", async () => {
  const here = freshAddress();
  const statuses = await collectStatuses(500, (index) => signIn(`person-${index}@spray.test`, wrong, here));
  expect(statuses).toEqual([...times(100, 401), ...times(400, 429)]);
  expect((await signIn(ada.email, right, here)).statusCode).toBe(429);
  expect((await signIn(ada.email, right, freshAddress())).statusCode).toBe(201);
});

test("throttles one password tried against many accounts from many networks, except where the account is known", async () => {
  const cookie = String((await signIn(ada.email, right, freshAddress())).headers["set-cookie"]).match(
    /gatehouse-device=[^;]+/,
  )?.[0];
  await t.sql("DELETE FROM sessions WHERE account_id = $1", [ada.accountId]);
  const spray = (index: number) => signIn(`nobody-${index}@spray.test`, right, freshAddress());
  expect(await collectStatuses(302, spray)).toEqual([...times(300, 401), 429, 429]);
  expect((await signIn(ada.email, right, freshAddress())).statusCode).toBe(429);
  expect((await signIn(ada.email, right, freshAddress(), cookie)).statusCode).toBe(201);
  expect((await signIn(ada.email, wrong, freshAddress())).statusCode).toBe(401);
});

test("treats the addresses of one IPv6 /64 as one network", async () => {
  const inNetwork = (index: number) => `2001:db8:0:7:${index.toString(16)}::${index + 1}`;
  const statuses = await collectStatuses(11, (index) => signIn(ada.email, wrong, inNetwork(index)));
  expect(statuses).toEqual([...times(10, 401), 429]);
  expect((await signIn(ada.email, right, "2001:db8:0:8::1")).statusCode).toBe(201);
});

test("throttles attempts from many networks, except where the account is signed in", async () => {
  const home = freshAddress();
  await signIn(ada.email, right, home);
  const statuses = await collectStatuses(51, () => signIn(ada.email, wrong, freshAddress()));
  expect(statuses).toEqual([...times(50, 401), 429]);
  expect((await signIn(ada.email, right, freshAddress())).statusCode).toBe(429);
  expect((await signIn(ada.email, right, home)).statusCode).toBe(201);
  t.clock.advance(13 * 3_600_000);
});

test("resets the failures of the account from one network after a success", async () => {
  const here = freshAddress();
  const bob = await t.user(acme);
  await collectStatuses(9, () => signIn(ada.email, wrong, here));
  await collectStatuses(10, () => signIn(bob.email, wrong, here));
  expect((await signIn(ada.email, right, here)).statusCode).toBe(201);
  expect(await collectStatuses(10, () => signIn(ada.email, wrong, here))).toEqual(times(10, 401));
  expect((await signIn(bob.email, wrong, here)).statusCode).toBe(429);
});

test("doesn't count successes", async () => {
  const here = freshAddress();
  expect(await collectStatuses(120, () => signIn(ada.email, right, here))).toEqual(times(120, 201));
});

test("stores no email or network address in the counters", async () => {
  const here = freshAddress();
  await signIn(ada.email, wrong, here);
  const text = JSON.stringify(await t.sql("SELECT bucket FROM throttles"));
  expect(text).not.toContain(ada.email);
  expect(text).not.toContain(here);
});

test("returns Retry-After while the hashing queue is full, and counts no failure", async () => {
  const busy = await createTestApp({ passwords: createPasswords(1, 2) });
  const { owner } = await busy.organization();
  const outcomes = await runConcurrently(9, () =>
    busy.anonymous.post("/sessions", { email: owner.email, password: right }),
  );
  const responses = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const refused = responses.filter(({ statusCode }) => statusCode === 429);
  expect(responses.filter(({ statusCode }) => statusCode === 201).length).toBeGreaterThanOrEqual(3);
  expect(refused.length).toBeGreaterThanOrEqual(1);
  for (const response of refused) {
    expect(response.json()).toMatchObject({ code: "busy" });
    expect(response.headers["retry-after"]).toBe("1");
  }
  for (let round = 0; round < 12; round += 1)
    expect((await busy.anonymous.post("/sessions", { email: owner.email, password: right })).statusCode).toBe(
      201,
    );
  await busy.close();
});

test.each([
  ["an account", () => ada.email],
  ["an unknown address", () => "nobody@example.test"],
])(
  "a password of %s that was compared counts, even if the queue for hashes of other systems is full",
  async (_, getEmail) => {
    const verifyForeign = () => Promise.reject(new ApiError("busy", { detail: "Try again.", retryAfter: 1 }));
    const full = await createTestApp({
      passwords: { ...quick, verifyForeign },
      snapshot: await t.snapshot(),
    });
    await full.sql("DELETE FROM throttles"); // of other tests' failed sign-ins, which are recorded later
    const codes: unknown[] = [];
    for (let attempt = 0; attempt < 11; attempt += 1) {
      const response = await full.anonymous.post("/sessions", { email: getEmail(), password: wrong });
      codes.push(response.json()["code"]);
    }
    expect(codes).toEqual([...Array.from({ length: 10 }, () => "busy"), "throttled"]);
    const counts = await full.sql("SELECT failures FROM throttles");
    expect(counts).toEqual(Array.from({ length: 4 }, () => ({ failures: 10 })));
    await full.close();
  },
);
