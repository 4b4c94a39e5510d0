import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "../../test/create-test-app.ts";
import type { TestOrganization } from "../../test/factories.ts";
import { createApp } from "../app.ts";
import { limitedRequests } from "../telemetry/measured-work.ts";

const limit = 20;

let t: TestApp;
let app: TestApp["app"];
let stormy: TestOrganization;
let calm: TestOrganization;
let logged: string[];

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  logged = [];
  const log = pino({ level: "warn" }, { write: (line: string) => logged.push(line) });
  // A process for each test: nobody is known to it, and every organization has all requests left.
  app = await createApp({ ...t.deps, log, config: { ...t.deps.config, organizationRateLimit: limit } });
  [stormy, calm] = await Promise.all([t.organization(), t.organization()]);
  return async () => app.close();
});

type Headers = Readonly<Record<string, string>>;

const signedIn = async ({ owner }: TestOrganization): Promise<Headers> => ({
  cookie: `gatehouse=${await t.session(owner)}`,
});

const withKey = async (organization: TestOrganization): Promise<Headers> => {
  const { key } = await t.apiKey(organization, { permissions: ["users:view"] });
  return { authorization: `Bearer ${key}` };
};

const listPath = ({ organizationId }: TestOrganization) =>
  `/api/v1/organizations/${organizationId}/users?limit=1`;
const list = (organization: TestOrganization, headers: Headers) =>
  app.inject({ url: listPath(organization), headers });

const check = ({ organizationId, owner }: TestOrganization, headers: Headers) =>
  app.inject({
    method: "POST",
    url: "/access/v1/evaluation",
    headers,
    payload: {
      subject: { type: "user", id: owner.userId },
      action: { name: "users:view" },
      resource: { type: "organization", id: organizationId },
    },
  });

const forwardAuth = ({ organizationId }: TestOrganization, headers: Headers) =>
  app.inject({ url: `/api/v1/forward-auth?organization=${organizationId}`, headers });

async function send(count: number, request: () => Promise<{ readonly statusCode: number }>) {
  const statuses: number[] = [];
  for (let at = 0; at < count; at += 1) statuses.push((await request()).statusCode);
  return statuses;
}

/** More than the limit for a process that takes as long as ten seconds for them. */
const many = 12 * limit;

/** Statuses of requests, one after the other, up to the first 429. */
async function sendUntilRejected(request: () => Promise<{ readonly statusCode: number }>) {
  const statuses: number[] = [];
  while (statuses.length < many && !statuses.includes(429)) statuses.push((await request()).statusCode);
  return statuses;
}

test.each([
  ["lists of a session", signedIn, list],
  ["lists of an API key", withKey, list],
  ["access checks", withKey, check],
  ["requests of a proxy", signedIn, forwardAuth],
] as const)(
  "too many %s get 429 with Retry-After, and other organizations get their responses",
  async (_, enter, ask) => {
    const [storm, rest] = [await enter(stormy), await enter(calm)];
    const counted: unknown[] = [];
    const count = (message: unknown) => counted.push(message);
    limitedRequests.subscribe(count);
    const responses = await Promise.all(
      Array.from({ length: many }, async () => {
        await Promise.resolve();
        return ask(stormy, storm);
      }),
    );
    // Those that arrive together are all unknown to the process; from now on it knows the caller.
    expect(responses.filter(({ statusCode }) => statusCode === 200).length).toBeGreaterThanOrEqual(limit);
    const later = await sendUntilRejected(() => ask(stormy, storm));
    limitedRequests.unsubscribe(count);
    expect(new Set(later)).toEqual(new Set([200, 429]));
    expect(counted[0]).toEqual({ limit: "requests" });
    expect(logged.filter((line) => line.includes("sends too many requests")).length).toBeGreaterThan(0);
    expect((await ask(calm, rest)).statusCode).toBe(200);
  },
);

test("a 429 says how long to wait, and after it the organization gets responses again", async () => {
  const headers = await signedIn(stormy);
  let response = await list(stormy, headers);
  while (response.statusCode === 200) response = await list(stormy, headers);
  expect(response.json()).toMatchObject({
    status: 429,
    code: "organizations/too-many-requests",
    detail: `This organization sends more than ${limit} requests a second. Send fewer, or try again in a second.`,
  });
  expect(response.headers["retry-after"]).toBe("1");
  await expect.poll(async () => (await list(stormy, headers)).statusCode).toBe(200);
});

test("a client that repeats rejected requests at once is slowed down to the limit", async () => {
  const [storm, rest] = [await signedIn(stormy), await signedIn(calm)];
  await sendUntilRejected(() => list(stormy, storm));
  const startedAt = performance.now();
  const rejected = Promise.all(Array.from({ length: limit }, () => list(stormy, storm)));
  expect((await list(calm, rest)).statusCode).toBe(200);
  const statuses = (await rejected).map(({ statusCode }) => statusCode);
  const seconds = (performance.now() - startedAt) / 1_000;
  const count = statuses.filter((status) => status === 429).length;
  expect(count).toBeGreaterThan(limit / 2);
  expect(seconds).toBeGreaterThan((count - 1) / limit - 0.1);
});

test("a burst that the limit allows takes turns with the requests of another organization", async () => {
  const [storm, rest] = [await signedIn(stormy), await signedIn(calm)];
  for (const [organization, headers] of [
    [stormy, storm],
    [calm, rest],
  ] as const)
    await list(organization, headers);
  // Connections that are open: opening one takes longer than some requests.
  await Promise.all([1, 2, 3, 4].map(() => t.app.inject({ url: listPath(calm), headers: rest })));
  const finished: string[] = [];
  const record = async (name: string, request: ReturnType<typeof list>) => {
    expect((await request).statusCode).toBe(200);
    finished.push(name);
  };
  const size = limit - 4;
  const burst = Array.from({ length: size }, () => record("stormy", list(stormy, storm)));
  await Promise.all([...burst, record("calm", list(calm, rest))]);
  expect(finished.indexOf("calm")).toBeLessThan(size / 2);
});

test("a caller who sends other cookies, too, is still the same caller", async () => {
  const { cookie = "" } = await signedIn(stormy);
  const others: string[] = [];
  const next = () => {
    others.push(`other${others.length}=1`);
    return list(stormy, { cookie: `${others.at(-1)}; ${cookie}` });
  };
  expect(new Set(await sendUntilRejected(next))).toEqual(new Set([200, 429]));
});

test("a stranger with false credentials can't use up an organization's requests", async () => {
  const headers = await signedIn(stormy);
  await list(stormy, headers);
  const hex = stormy.organizationId.replaceAll("-", "");
  const falseCredentials: readonly Headers[] = [
    { cookie: `gatehouse=${"x".repeat(43)}` },
    { cookie: `gatehouse=${"x".repeat(43)}`, origin: "https://elsewhere.example" },
    { authorization: `Bearer ghk_${hex}_${"x".repeat(43)}` },
    await signedIn(calm),
    await withKey(calm),
  ];
  for (const stranger of falseCredentials) {
    await send(limit, () => list(stormy, stranger));
    await send(limit, () => check(stormy, stranger));
    await send(limit, () => app.inject({ url: "/livez", headers: stranger }));
  }
  expect(await send(limit / 2, () => list(stormy, headers))).toEqual(Array(limit / 2).fill(200));
});

test("nothing is limited without the setting, nor outside organizations", async () => {
  const headers = { ...(await signedIn(stormy)), origin: testOrigin };
  expect(new Set(await send(3 * limit, () => app.inject({ url: "/api/v1/me", headers })))).toEqual(
    new Set([200]),
  );
  const unlimited = () => t.app.inject({ url: listPath(stormy), headers });
  expect(new Set(await send(3 * limit, unlimited))).toEqual(new Set([200]));
});
