/**
 * How many round trips to the database a request takes. A write: authentication, what it reads, and what it writes with the commit. The
 * reads that panels and programs send most: one, with the authentication.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { readStatementName } from "../src/telemetry/statement-name.ts";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import { buildRequest, createScenario, type Scenario, sendRequest } from "./delayed-body.ts";
import { countRoundTrips, type SentMessages } from "./round-trips.ts";
import { type WriteEndpoint, writeEndpoints } from "./write-endpoints.ts";

let t: TestApp;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());

const mostRoundTrips = 3;

/** What takes more, and how many it may take. */
const exceptions: Readonly<Record<string, number>> = {
  // New rules of sign-in are compared with the actor's own session.
  editOrganization: 4,
  "editOrganization?preview=": 4,
  // Every role and invitation that has a dropped permission is changed.
  "putPermissions?drop=cam": 11,
  "putPermissions?preview=": 7,
  // Which users a job changes is decided by what was read before.
  createUserJob: 4,
  previewUserJob: 4,
  cancelUserJob: 4,
  endUserSession: 4,
  endUserSessions: 5,
  // What an import may do depends on its state, which is locked first.
  cancelUserImport: 6,
  createUserImport: 5,
  startUserImport: 5,
  undoUserImport: 4,
  uploadUserImportPart: 5,
  // Attempts are counted before the work; a mail server is asked.
  sendPasswordReset: 6,
  sendTestMail: 6,
  // Those of an account enter each of its organizations, and most ask for the password or a second factor before.
  removeSecondFactors: 11,
  signOut: 6,
  signOutEverywhere: 7,
  editMe: 13,
  changePassword: 17,
  changeEmail: 15,
  stepUp: 12,
  startTotp: 7,
  confirmTotp: 15,
  removeTotp: 7,
  createRecoveryCodes: 10,
  createPasskeyOptions: 4,
  addPasskey: 14,
  renamePasskey: 5,
  removePasskey: 12,
  endMySession: 6,
  endMyOtherSessions: 5,
};

const describe = ({ endpoint, query = "" }: WriteEndpoint) => `${endpoint.operationId}${query.slice(0, 9)}`;

const cases = writeEndpoints.map((row) => [describe(row), row] as const);

test.each(cases)("%s", async (name, row) => {
  const as = row.not === "user" ? "api-key" : "user";
  // A first request, so that connections are open, statements prepared, and the session was used a moment ago.
  const first = await createScenario(t);
  await sendRequest(t, await buildRequest(t, first, row, as));
  const scenario = await createScenario(t);
  const request = await buildRequest(t, scenario, row, as);
  await t.app.inject({ url: "/api/v1/me", headers: request.headers });
  await t.app.inject({
    url: `/api/v1/organizations/${scenario.acme.organizationId}/roles`,
    headers: request.headers,
  });
  const { result, sent } = await countRoundTrips(() => sendRequest(t, request));
  expect(result).toMatchObject({ code: null });
  expect(sent.roundTrips.length, describeSent(sent)).toBeLessThanOrEqual(exceptions[name] ?? mostRoundTrips);
  if (!(name in exceptions) && !isPlanned.has(name)) expect(sent.statements.filter(isUnprepared)).toEqual([]);
});

/** These read many rows, so that their statements are planned for their parameters. */
const isPlanned: ReadonlySet<string> = new Set([
  "editRole?preview=",
  "remindTwoFactor",
  "remindAllTwoFactor",
]);

/** Apart from the prepared statements, a message contains only the beginning and the end of its transaction. */
function isUnprepared(text: string): boolean {
  return !/^(\/\* prepared |begin |set |commit$)/.test(text);
}

function describeSent({ roundTrips, statements }: SentMessages): string {
  const names = statements.map((text) => {
    const name = readStatementName(text);
    return `${roundTrips.includes(text) ? "→ " : "  "}${name === "other" ? text.slice(0, 60) : name}`;
  });
  return `${roundTrips.length} round trips:\n${names.join("\n")}\n`;
}

const user = ({ acme }: Scenario) => `/users/${acme.owner.userId}`;
const role = ({ acme }: Scenario) => `/roles/${acme.roles.viewer}`;
const reads: readonly (readonly [string, (scenario: Scenario) => string])[] = [
  ["/users", () => "/users"],
  ["/users?sort=-lastActiveAt&limit=5", () => "/users?sort=-lastActiveAt&limit=5"],
  ["/users/{id}", user],
  ["/roles", () => "/roles"],
  ["/roles/{id}", role],
];

test.each(reads)("GET …%s takes one round trip, by session and by key", async (_, getPath) => {
  const scenario = await createScenario(t);
  const { organizationId, owner } = scenario.acme;
  const { key } = await t.apiKey(scenario.acme);
  for (const client of [t.as(owner), t.withKey(key)]) {
    const read = () =>
      client.get(`/organizations/${organizationId}${getPath(scenario)}`, { "accept-language": "tr" });
    await read(); // so that connections are open and the roles of the caller known
    const { result, sent } = await countRoundTrips(read);
    expect(result.statusCode).toBe(200);
    expect(sent.roundTrips.length, describeSent(sent)).toBe(1);
  }
});

test("GET /me takes two round trips, in however many organizations: session and organizations, and what is in them", async () => {
  const { acme } = await createScenario(t);
  for (const name of ["Second", "Third"])
    await t.user(await t.organization(name), { sameAccountAs: acme.owner, roles: ["viewer"] });
  const client = t.as(acme.owner);
  await client.get("/me");
  const { result, sent } = await countRoundTrips(() => client.get("/me"));
  expect(result.json()).toMatchObject({ organizations: [{}, {}, {}] });
  expect(sent.roundTrips.length, describeSent(sent)).toBe(2);
});

test("the exceptions are write endpoints", () => {
  expect(cases.map(([name]) => name)).toEqual(expect.arrayContaining(Object.keys(exceptions)));
});
