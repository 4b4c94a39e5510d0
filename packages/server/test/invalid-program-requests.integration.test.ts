/** Invalid requests of programs and proxies are rejected or denied, never allowed, and change nothing. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import { readDatabaseState } from "./database-state.ts";
import type { TestOrganization, TestUser } from "./factories.ts";

let t: TestApp;
let acme: TestOrganization;
let elsewhere: TestOrganization;
let viewer: TestUser;
let key: string;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  elsewhere = await t.organization();
  viewer = await t.user(acme, { roles: ["viewer"] });
  key = (await t.apiKey(acme, { permissions: ["users:view", "roles:view"] })).key;
});
afterAll(() => t.close());

/** As JSON texts, because JSON.stringify can't produce some of them. */
const invalidJson: readonly string[] = [
  ...["null", "true", "0", "-1", "1.5", "1e308", "[]", "{}", '[""]', '{"id":"x"}', '[[[["deep"]]]]'],
  ...[
    '""',
    '" "',
    '"a\\u0000b"',
    '"\\ud800"',
    '"\\u202e"',
    '"constructor"',
    '"__proto__"',
    '"%_\\\\"',
    '"İı"',
  ],
  ...[`"${"x".repeat(8_000)}"`, `"${"🔑".repeat(3_000)}"`, `"${"x".repeat(1_200_000)}"`],
  ...[
    '{"__proto__":{"type":"user","id":"x"}}',
    '{"toString":1}',
    '{"a":1,"a":2}',
    `${"[".repeat(40)}${"]".repeat(40)}`,
  ],
];

const marker = "\u0001";

/** Every variant of a body with one value replaced by the marker. */
function* withMarker(body: unknown): Generator<unknown> {
  yield marker;
  if (typeof body !== "object" || body === null) return;
  for (const [name, part] of Object.entries(body))
    for (const changed of withMarker(part))
      yield Array.isArray(body) ? body.with(Number(name), changed) : { ...body, [name]: changed };
}

/** `body` with each value in turn replaced by `text`. */
const replaced = (body: unknown, text: string): readonly string[] =>
  Array.from(withMarker(body), (one) => JSON.stringify(one).replace(JSON.stringify(marker), () => text));

const send = (url: string, payload: string) =>
  t.app.inject({
    method: "POST",
    url,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    payload,
  });

type Answer = Awaited<ReturnType<typeof send>>;

function expectClientError(
  response: Pick<Answer, "statusCode" | "headers" | "json" | "body">,
  sent: string,
): void {
  const shown = `${sent.slice(0, 300)} → ${response.statusCode} ${response.body.slice(0, 300)}`;
  expect(response.statusCode, shown).toBeGreaterThanOrEqual(400);
  expect(response.statusCode, shown).toBeLessThan(500);
  expect(response.json(), shown).toMatchObject({ code: expect.stringMatching(/^[a-z-]+\/[a-z-]+$/) });
  expect(response.body.length, shown).toBeLessThan(20_000);
}

const evaluation = () => ({
  subject: { type: "user", id: viewer.userId },
  action: { name: "campaigns:view" },
  resource: { type: "organization", id: acme.organizationId },
});

const paths = ["evaluation", "evaluations", "search/subject", "search/action", "search/resource"] as const;

/** A request to each endpoint that is permitted or has results. */
const requests = () => {
  const { subject, action, resource } = evaluation();
  return {
    evaluation: evaluation(),
    evaluations: { resource, evaluations: [{ subject, action }] },
    "search/subject": { subject: { type: "user" }, action, resource },
    "search/action": { subject, resource },
    "search/resource": { subject, action, resource: { type: "organization" } },
  };
};

/** Whether a response permits something or has results. */
const isPermitted = (response: Answer): boolean => {
  const { decision, evaluations = [{ decision }], results = [] } = response.json();
  return results.length > 0 || evaluations.some((one: { decision?: boolean }) => one.decision === true);
};

test.each(paths)("%s never permits an invalid request", async (path) => {
  const url = `/access/v1/${path}`;
  const good = requests()[path];
  expect(isPermitted(await send(url, JSON.stringify(good)))).toBe(true);
  const before = await readDatabaseState(t);
  for (const text of invalidJson)
    for (const payload of replaced(good, text)) {
      const response = await send(url, payload);
      if (response.statusCode === 200)
        expect([payload.slice(0, 300), isPermitted(response)]).toEqual([payload.slice(0, 300), false]);
      else expectClientError(response, payload);
    }
  expect(await readDatabaseState(t)).toEqual(before);
});

test.each(paths)("%s handles any properties and context", async (path) => {
  const url = `/access/v1/${path}`;
  const good = requests()[path];
  const approve = { ...good, ...("action" in good ? { action: { name: "campaigns:approve" } } : {}) };
  for (const text of invalidJson) {
    const payload = JSON.stringify({ ...approve, context: marker }).replace(
      JSON.stringify(marker),
      () => text,
    );
    const response = await send(url, payload);
    if (response.statusCode !== 200) expectClientError(response, payload);
  }
});

test("rejects 10,000 evaluations in one request", async () => {
  const payload = JSON.stringify({
    ...evaluation(),
    evaluations: Array.from({ length: 10_000 }, () => ({})),
  });
  const response = await send("/access/v1/evaluations", payload);
  expect(response.json()).toMatchObject({ status: 400, code: "access/too-many" });
});

test("introspection never accepts an invalid token", async () => {
  const url = `/api/v1/organizations/${acme.organizationId}/sessions/introspect`;
  const before = await readDatabaseState(t);
  for (const text of invalidJson)
    for (const payload of replaced({ token: await t.session(viewer) }, text)) {
      const response = await send(url, payload);
      if (response.statusCode === 200) expect(response.json()).toEqual({ active: false });
      else expectClientError(response, payload);
    }
  const token = JSON.stringify({ token: await t.session(viewer) });
  expect((await send(url.replace(acme.organizationId, elsewhere.organizationId), token)).json().code).toBe(
    "not-found",
  );
  expect({ ...(await readDatabaseState(t)), sessions: null }).toEqual({ ...before, sessions: null });
});

test("forward authentication rejects invalid parameters", async () => {
  const cookie = `gatehouse=${await t.session(viewer)}`;
  const forwardAuth = (query: string) =>
    t.app.inject({ url: `/api/v1/forward-auth?${query}`, headers: { cookie } });
  const here = `organization=${acme.organizationId}`;
  expect((await forwardAuth(`${here}&permission=campaigns:view`)).statusCode).toBe(200);
  const before = await readDatabaseState(t);
  for (const query of [
    "",
    "organization=",
    "organization=%00",
    `organization=${acme.organizationId}%00`,
    `${here}&${here}`,
    `${here}&organization=${elsewhere.organizationId}`,
    `organization[]=${acme.organizationId}`,
    `organization[id]=${acme.organizationId}`,
    `${here}&permission=`,
    `${here}&permission=campaigns:view&permission=`,
    `${here}&permission=campaigns:view&permission=campaigns:approve`,
    `${here}&permission=campaigns:view,segments:view`,
    `${here}&permission=Campaigns:View`,
    `${here}&permission=%zz`,
    `${here}&permission=campaigns:view%`,
    `${here}&permission=campaigns%FFview`,
    `${here}&permission=campaigns:view%00`,
    `${here}&permission=%ed%a0%80`,
    `${here}&permission=constructor`,
    `${here}&permission=__proto__`,
    `${here}&permission=${"x".repeat(8_000)}`,
    `${here}&permission=${"%F0%9F%94%91".repeat(600)}`,
    `${here}&permissions=campaigns:approve`,
    `${here}&permission[]=campaigns:approve`,
    `${here}&permission[0]=campaigns:approve`,
    `${here}&Permission=campaigns:approve`,
    `${here}&__proto__=x`,
    `${here};permission=campaigns:approve`,
  ])
    expectClientError(await forwardAuth(query), query);
  expect((await forwardAuth(`organization=${elsewhere.organizationId}`)).json().code).toBe("auth/required");
  expect(
    (await forwardAuth(`organization=${acme.organizationId.toUpperCase()}&permission=campaigns:view`))
      .statusCode,
  ).toBe(200);
  expect({ ...(await readDatabaseState(t)), sessions: null }).toEqual({ ...before, sessions: null });
});

test("the change stream rejects an invalid position, and starts with `reset` at an unknown one", async () => {
  const base = await t.app.listen({ port: 0, host: "127.0.0.1" });
  const url = `${base}/api/v1/organizations/${acme.organizationId}/changes`;
  const open = async (query: string, headers: Record<string, string> = {}) => {
    const end = new AbortController();
    const response = await fetch(`${url}${query}`, {
      headers: { authorization: `Bearer ${key}`, ...headers },
      signal: end.signal,
    });
    const text = response.ok
      ? new TextDecoder().decode((await response.body?.getReader().read())?.value)
      : await response.text();
    end.abort();
    return { status: response.status, text };
  };
  for (const after of [
    "-1",
    "1.5",
    "1e3",
    "x",
    "",
    "0x10",
    "%00",
    "9".repeat(16),
    "9".repeat(400),
    "1&after=2",
    "١",
  ])
    expect([after, await open(`?after=${after}`)]).toEqual([
      after,
      { status: 422, text: expect.stringContaining('"code":"request/invalid"') },
    ]);
  for (const beat of ["0", "199", "15001", "-200", "1e3", "x"])
    expect([beat, (await open(`?beat=${beat}`)).status]).toEqual([beat, 422]);
  for (const [query, headers] of [
    ["", {}],
    [`?after=${"9".repeat(15)}`, {}],
    ["", { "last-event-id": "9".repeat(15) }],
    ["", { "last-event-id": "-1" }],
    ["", { "last-event-id": "x".repeat(4_000) }],
    ["", { "last-event-id": "1.5" }],
  ] as const)
    expect(await open(query, headers)).toEqual({
      status: 200,
      text: expect.stringContaining("event: reset\n"),
    });
  for (const authorization of ["", "Bearer x", `Bearer ${key}x`, `Bearer ${key.slice(0, -1)}`])
    expect((await open("", { authorization })).status).toBe(401);
});

test("a catalogue update rejects invalid parameters, and removes only listed permissions", async () => {
  const url = `/api/v1/organizations/${acme.organizationId}/permissions`;
  const owner = await t.apiKey(acme, {});
  const put = (query: string, payload: string, headers: Record<string, string> = { "if-match": '"1"' }) =>
    t.app.inject({
      method: "PUT",
      url: `${url}${query}`,
      headers: { authorization: `Bearer ${owner.key}`, "content-type": "application/json", ...headers },
      payload,
    });
  const smaller = JSON.stringify({ tasks: { label: "Tasks", actions: { view: {} } } });
  const before = await readDatabaseState(t);
  for (const query of [
    "?preview=yes",
    "?preview=",
    "?preview=true&preview=true",
    "?dryRun=true",
    "?preview=true&extra=1",
    "?drop=a&drop=b",
    `?drop=${"x".repeat(8_001)}`,
    "?drop=%00",
    "?drop=%FF",
    "?drop=no:such",
    "?drop=campaigns:view",
    "?drop=__proto__,constructor",
    "?drop=,,,",
    "?drop=",
  ])
    expectClientError(await put(query, smaller), query);
  for (const headers of [
    {},
    { "if-match": "*" },
    { "if-match": '"x"' },
    { "if-match": '"1", "2"' },
    { "if-match": '"99"' },
  ])
    expectClientError(await put("", smaller, headers), JSON.stringify(headers));
  for (const text of invalidJson)
    for (const payload of replaced(JSON.parse(smaller), text)) {
      const response = await put("?preview=true", payload, {});
      if (response.statusCode !== 200) expectClientError(response, payload);
    }
  expect(await readDatabaseState(t)).toEqual(before);
});
