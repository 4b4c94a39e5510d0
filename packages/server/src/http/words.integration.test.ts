/** Errors say what a program did wrong, not what a person at the panel might have done. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import type { TestOrganization } from "../../test/factories.ts";

let t: TestApp;
let acme: TestOrganization;
let key: string;
let path: string;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  ({ key } = await t.apiKey(acme));
  path = `/organizations/${acme.organizationId}`;
});
afterAll(() => t.close());

const readDetail = (response: { json: () => unknown }) => (response.json() as { detail: string }).detail;

test("without credentials, the error says how a program sends them", async () => {
  for (const url of ["/me", path]) {
    const response = await t.app.inject({ url: `/api/v1${url}` });
    expect(response.json()).toMatchObject({ status: 401, code: "auth/required" });
    expect(readDetail(response)).toContain("Authorization: Bearer ghk_");
    const withCookie = await t.app.inject({ url: `/api/v1${url}`, headers: { cookie: "gatehouse=ended" } });
    expect(readDetail(withCookie)).toContain("Your session has ended");
  }
});

test("a key of another organization is told which one it belongs to, whether or not it exists", async () => {
  const other = await t.organization();
  const bodies = [];
  for (const id of [other.organizationId, "01912345-6789-7abc-8def-0123456789ab"]) {
    const response = await t.withKey(key).get(`/organizations/${id}`);
    expect(response.json()).toMatchObject({ status: 404, code: "not-found" });
    expect(readDetail(response)).toContain(`organization ${acme.organizationId},`);
    const { requestId: _, ...rest } = response.json<{ requestId: string }>();
    bodies.push(rest);
  }
  expect(bodies[0]).toEqual(bodies[1]);
});

test("a path with /api/v1 twice, and an unknown path of the API, are explained", async () => {
  expect(readDetail(await t.withKey(key).get(`/api/v1${path}`))).toContain("has /api/v1 twice");
  expect(readDetail(await t.withKey(key).get("/nothing"))).toContain("/api/v1/openapi.json");
});

test.each(["*", 'W/"1"', "1", '"1", "2"', "x".repeat(9_000)])(
  "If-Match: %s is refused as no ETag, not as somebody else's change",
  async (header) => {
    const response = await t.as(acme.owner).patch(path, { name: "New" }, { "if-match": header });
    expect(response.json()).toMatchObject({ status: 412, code: "precondition/failed" });
    expect(readDetail(response)).toContain("no ETag of this API");
    expect(response.body.length).toBeLessThan(1_000);
    expect((await t.as(acme.owner).get(path)).json()).toMatchObject({ name: acme.name });
  },
);
