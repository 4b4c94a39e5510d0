/** An assertion that one panel receives is worth nothing at another. */
import { createPublicKey, verify } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { createVisitor } from "../../../test/panel-visitor.ts";
import { stateOf } from "../../../test/state-of.ts";

const [panelA, panelB] = ["https://a.example.com", "https://b.example.com"];
let t: TestApp;
let acme: TestOrganization;
let person: TestUser;
let cookie: string;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  acme = await t.organization();
  person = await t.user(acme, { roles: ["viewer"] });
  cookie = `gatehouse=${await t.session(person)}`;
  await register([panelA, panelB]);
});

const register = (origins: readonly string[]) =>
  t.sql("UPDATE organizations SET panel_origins = $1 WHERE organization_id = $2", [
    origins,
    acme.organizationId,
  ]);

function ask(query: string, sent = cookie, organizationId = acme.organizationId) {
  return t.app.inject({
    url: `/api/v1/forward-auth?organization=${organizationId}${query}`,
    headers: { cookie: sent },
  });
}

async function assertionFor(query: string, sent = cookie): Promise<string> {
  const answer = await ask(query, sent);
  expect(answer.statusCode, answer.body).toBe(200);
  return String(answer.headers["x-gatehouse-assertion"]);
}

/** What the guide tells a panel to check, at the time of the test's clock: id of the user, or null. */
async function userAt(panel: string, assertion: string): Promise<string | null> {
  const [head = "", claims = "", signature = ""] = assertion.split(".");
  const { keys } = (await t.app.inject({ url: "/.well-known/jwks.json" })).json();
  const header = JSON.parse(Buffer.from(head, "base64url").toString());
  const jwk = keys.find(({ kid }: { kid: string }) => kid === header.kid);
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const isSigned =
    header.alg === "EdDSA" &&
    verify(null, Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, "base64url"));
  const { iss, aud, exp, organization, sub } = JSON.parse(Buffer.from(claims, "base64url").toString());
  const isMeant =
    iss === testOrigin &&
    aud === panel &&
    organization === acme.organizationId &&
    exp * 1_000 > t.clock.now().getTime();
  return isSigned && isMeant ? sub : null;
}

test("an assertion for one panel is refused by every other, and by the same panel a minute later", async () => {
  const forA = await assertionFor(`&origin=${panelA}`);
  expect(await userAt(panelA, forA)).toBe(person.userId);
  expect(await userAt(panelB, forA)).toBeNull();
  expect(await userAt(testOrigin, forA)).toBeNull();
  t.clock.advance(60_000);
  expect(await userAt(panelA, forA)).toBeNull();
});

test("an assertion after a hand-off is for the panel that the person was handed off to", async () => {
  const visitor = createVisitor(t, { organizationId: acme.organizationId, origin: panelB }, person);
  await visitor.signIn();
  const forB = await assertionFor(`&origin=${panelB}`, `__Host-gatehouse-panel=${visitor.token()}`);
  expect(await userAt(panelB, forB)).toBe(person.userId);
  expect(await userAt(panelA, forB)).toBeNull();
});

test("a panel at Gatehouse's own address, named or not, has that address as its audience", async () => {
  for (const query of ["", `&origin=${testOrigin}`, `&origin=${testOrigin}/`]) {
    const own = await assertionFor(query);
    expect(await userAt(testOrigin, own)).toBe(person.userId);
    expect(await userAt(panelA, own)).toBeNull();
  }
});

test("a panel that the organization doesn't list is refused, and nobody is asserted to it", async () => {
  const other = await t.organization();
  await t.sql("UPDATE organizations SET panel_origins = $1 WHERE organization_id = $2", [
    ["https://elsewhere.example.com"],
    other.organizationId,
  ]);
  await ask("");
  const before = await stateOf(t);
  for (const origin of ["https://c.example.com", "https://elsewhere.example.com", `${panelA}:8443`]) {
    const answer = await ask(`&origin=${origin}`);
    expect(answer.json()).toMatchObject({
      status: 403,
      code: "forward-auth/unknown-panel",
      detail: expect.stringContaining(origin),
      params: { origin },
    });
    expect(answer.headers).not.toHaveProperty("x-gatehouse-assertion");
    expect(answer.headers).not.toHaveProperty("x-gatehouse-user");
  }
  await register([panelB]);
  expect((await ask(`&origin=${panelA}`)).json()).toMatchObject({ code: "forward-auth/unknown-panel" });
  expect((await ask(`&origin=${panelB}`)).statusCode).toBe(200);
  await register([panelA, panelB]);
  expect(await stateOf(t)).toEqual(before);
});

test("who isn't signed in is sent to sign in, whatever panel is named", async () => {
  for (const origin of [panelA, "https://c.example.com"])
    expect((await ask(`&origin=${origin}`, "theme=dark")).json()).toMatchObject({
      status: 401,
      code: "auth/required",
    });
});
