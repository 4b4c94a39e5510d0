/** The audience of an assertion is one panel. */
import { createPublicKey, verify } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { createPanelBrowser } from "../../../test/panel-browser.ts";

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

function forwardAuth(query: string, sent = cookie, organizationId = acme.organizationId) {
  return t.app.inject({
    url: `/api/v1/forward-auth?organization=${organizationId}${query}`,
    headers: { cookie: sent },
  });
}

async function assertionFor(query: string, sent = cookie): Promise<string> {
  const response = await forwardAuth(query, sent);
  expect(response.statusCode, response.body).toBe(200);
  return String(response.headers["x-gatehouse-assertion"]);
}

/** Verifies an assertion as the guide describes. Returns the user's id, or null. */
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

test("an assertion is valid at one panel only, for a minute", async () => {
  const forA = await assertionFor(`&origin=${panelA}`);
  expect(await userAt(panelA, forA)).toBe(person.userId);
  expect(await userAt(panelB, forA)).toBeNull();
  expect(await userAt(testOrigin, forA)).toBeNull();
  t.clock.advance(60_000);
  expect(await userAt(panelA, forA)).toBeNull();
});

test("an assertion after a hand-off is for that panel", async () => {
  const visitor = createPanelBrowser(t, { organizationId: acme.organizationId, origin: panelB }, person);
  await visitor.signIn();
  const forB = await assertionFor(`&origin=${panelB}`, `__Host-gatehouse-panel=${visitor.getToken()}`);
  expect(await userAt(panelB, forB)).toBe(person.userId);
  expect(await userAt(panelA, forB)).toBeNull();
});

test("the default audience is Gatehouse's own origin", async () => {
  for (const query of ["", `&origin=${testOrigin}`, `&origin=${testOrigin}/`]) {
    const own = await assertionFor(query);
    expect(await userAt(testOrigin, own)).toBe(person.userId);
    expect(await userAt(panelA, own)).toBeNull();
  }
});

test("an unlisted panel gets 403 and no assertion", async () => {
  const other = await t.organization();
  await t.sql("UPDATE organizations SET panel_origins = $1 WHERE organization_id = $2", [
    ["https://elsewhere.example.com"],
    other.organizationId,
  ]);
  await forwardAuth("");
  const before = await readDatabaseState(t);
  for (const origin of ["https://c.example.com", "https://elsewhere.example.com", `${panelA}:8443`]) {
    const response = await forwardAuth(`&origin=${origin}`);
    expect(response.json()).toMatchObject({
      status: 403,
      code: "forward-auth/unknown-panel",
      detail: expect.stringContaining(origin),
      params: { origin },
    });
    expect(response.headers).not.toHaveProperty("x-gatehouse-assertion");
    expect(response.headers).not.toHaveProperty("x-gatehouse-user");
  }
  await register([panelB]);
  expect((await forwardAuth(`&origin=${panelA}`)).json()).toMatchObject({
    code: "forward-auth/unknown-panel",
  });
  expect((await forwardAuth(`&origin=${panelB}`)).statusCode).toBe(200);
  await register([panelA, panelB]);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("an anonymous request gets 401 for every panel", async () => {
  for (const origin of [panelA, "https://c.example.com"])
    expect((await forwardAuth(`&origin=${origin}`, "theme=dark")).json()).toMatchObject({
      status: 401,
      code: "auth/required",
    });
});
