import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Answer } from "../../../test/api-client.ts";
import { createTestApp, type TestApp, testOrigin } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { raceTogether } from "../../../test/race-together.ts";
import type { Passwords } from "../accounts/index.ts";
import { createPasswords } from "../accounts/index.ts";

const right = "correct horse battery staple";
const wrong = "wrong horse battery staple";
const window = 15 * 60_000;

let t: TestApp;
let acme: TestOrganization;
let ada: TestUser;

/** Compares texts, so that hundreds of tries take no time; the hashes have tests of their own. */
const quick: Passwords = {
  hash: async () => "hash",
  verify: async (stored, password) => stored !== null && password === right,
};

beforeAll(async () => {
  t = await createTestApp({ passwords: quick });
  acme = await t.organization();
});
beforeEach(async () => {
  ada = await t.user(acme, { roles: ["viewer"] });
});
afterAll(() => t.close());

let lastAddress = 0;
/** An IPv4 address that no test has used. */
function freshAddress(): string {
  lastAddress += 1;
  return `10.0.${Math.floor(lastAddress / 250)}.${1 + (lastAddress % 250)}`;
}

const signIn = (email: string, password: string, remoteAddress: string, cookie = ""): Promise<Answer> =>
  t.app.inject({
    method: "POST",
    url: "/api/v1/sessions",
    remoteAddress,
    headers: { origin: testOrigin, "content-type": "application/json", cookie },
    payload: JSON.stringify({ email, password }),
  });

async function statusesOf(count: number, run: (index: number) => Promise<Answer>): Promise<number[]> {
  const statuses: number[] = [];
  for (let index = 0; index < count; index += 1) statuses.push((await run(index)).statusCode);
  return statuses;
}

const times = (count: number, status: number): number[] => Array.from({ length: count }, () => status);

test("refuses the eleventh wrong password from one place, even the right one, for a quarter of an hour", async () => {
  const here = freshAddress();
  expect(await statusesOf(11, () => signIn(ada.email, wrong, here))).toEqual([...times(10, 401), 429]);
  t.clock.advance(window / 3);
  const answer = await signIn(ada.email, right, here);
  expect(answer.json()).toMatchObject({ code: "throttled", params: { seconds: 600 } });
  expect(answer.headers["retry-after"]).toBe("600");
  expect(answer.headers["set-cookie"]).toBeUndefined();
  t.clock.advance((window * 2) / 3);
  expect((await signIn(ada.email, right, here)).statusCode).toBe(201);
});

test("lets a hundred tries side by side through no more often than one after the other", async () => {
  const here = freshAddress();
  const outcomes = await raceTogether(100, () => signIn(ada.email, wrong, here));
  const statuses = outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value.statusCode : 0));
  expect(statuses.toSorted()).toEqual([...times(10, 401), ...times(90, 429)]);
});

test("lets the owner of an account in from elsewhere after a hundred wrong passwords from one place", async () => {
  const attacker = freshAddress();
  await statusesOf(100, () => signIn(ada.email, wrong, attacker));
  expect((await signIn(ada.email, right, freshAddress())).statusCode).toBe(201);
});

test("counts unknown addresses like known ones", async () => {
  const here = freshAddress();
  const unknown = "nobody@example.test";
  expect(await statusesOf(11, () => signIn(unknown, wrong, here))).toEqual([...times(10, 401), 429]);
  const elsewhere = await statusesOf(40, () => signIn(unknown, wrong, freshAddress()));
  expect(elsewhere).toEqual(times(40, 401));
  expect((await signIn(unknown, wrong, freshAddress())).statusCode).toBe(429);
});

test("stops one password tried against five hundred accounts", async () => {
  const here = freshAddress();
  const statuses = await statusesOf(500, (index) => signIn(`person-${index}@spray.test`, wrong, here));
  expect(statuses).toEqual([...times(100, 401), ...times(400, 429)]);
  expect((await signIn(ada.email, right, here)).statusCode).toBe(429);
  expect((await signIn(ada.email, right, freshAddress())).statusCode).toBe(201);
});

test("takes the addresses of one IPv6 /64 for one place, and the next /64 for another", async () => {
  const inNetwork = (index: number) => `2001:db8:0:7:${index.toString(16)}::${index + 1}`;
  const statuses = await statusesOf(11, (index) => signIn(ada.email, wrong, inNetwork(index)));
  expect(statuses).toEqual([...times(10, 401), 429]);
  expect((await signIn(ada.email, right, "2001:db8:0:8::1")).statusCode).toBe(201);
});

test("stops tries from many places, but not where the owner is signed in", async () => {
  const home = freshAddress();
  await signIn(ada.email, right, home);
  const statuses = await statusesOf(51, () => signIn(ada.email, wrong, freshAddress()));
  expect(statuses).toEqual([...times(50, 401), 429]);
  expect((await signIn(ada.email, right, freshAddress())).statusCode).toBe(429);
  expect((await signIn(ada.email, right, home)).statusCode).toBe(201);
  t.clock.advance(13 * 3_600_000);
});

test("forgets earlier mistakes of one place after a success, and none of other accounts", async () => {
  const here = freshAddress();
  const bob = await t.user(acme);
  await statusesOf(9, () => signIn(ada.email, wrong, here));
  await statusesOf(10, () => signIn(bob.email, wrong, here));
  expect((await signIn(ada.email, right, here)).statusCode).toBe(201);
  expect(await statusesOf(10, () => signIn(ada.email, wrong, here))).toEqual(times(10, 401));
  expect((await signIn(bob.email, wrong, here)).statusCode).toBe(429);
});

test("doesn't count successes", async () => {
  const here = freshAddress();
  expect(await statusesOf(120, () => signIn(ada.email, right, here))).toEqual(times(120, 201));
});

test("keeps no address of a person or a network in what it counts", async () => {
  const here = freshAddress();
  await signIn(ada.email, wrong, here);
  const text = JSON.stringify(await t.sql("SELECT bucket FROM throttles"));
  expect(text).not.toContain(ada.email);
  expect(text).not.toContain(here);
});

test("tells whoever comes while the line for passwords is full to come back, and counts no failure", async () => {
  const busy = await createTestApp({ passwords: createPasswords(1, 2) });
  const { owner } = await busy.organization();
  const outcomes = await raceTogether(9, () =>
    busy.anonymous.post("/sessions", { email: owner.email, password: right }),
  );
  const answers = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const refused = answers.filter(({ statusCode }) => statusCode === 429);
  expect(answers.filter(({ statusCode }) => statusCode === 201).length).toBeGreaterThanOrEqual(3);
  expect(refused.length).toBeGreaterThanOrEqual(1);
  for (const answer of refused) {
    expect(answer.json()).toMatchObject({ code: "busy" });
    expect(answer.headers["retry-after"]).toBe("1");
  }
  for (let round = 0; round < 12; round += 1)
    expect((await busy.anonymous.post("/sessions", { email: owner.email, password: right })).statusCode).toBe(
      201,
    );
  await busy.close();
});
