import { brotliDecompressSync, gunzipSync } from "node:zlib";
import * as contract from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import type { TestOrganization } from "../../test/factories.ts";
import { codingFor } from "./compress-answer.ts";

let t: TestApp;
let acme: TestOrganization;
let cookie: string;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  for (let index = 0; index < 10; index += 1) await t.user(acme, { roles: ["viewer"] });
  cookie = `gatehouse=${await t.session(acme.owner)}`;
});
afterAll(() => t.close());

const get = (path: string, encoding: string) =>
  t.app.inject({
    url: `/api/v1/organizations/${acme.organizationId}${path}`,
    headers: { cookie, "accept-encoding": encoding },
  });

test("a list of a kilobyte or more is compressed for whoever takes it so, and reads the same", async () => {
  await get("/users", "identity"); // notes when the owner was seen last, which the list shows
  const plain = await get("/users", "identity");
  expect(plain.headers).toMatchObject({ vary: "Accept-Encoding" });
  expect(plain.headers["content-encoding"]).toBeUndefined();
  expect(plain.body.length).toBeGreaterThan(1_024);
  for (const [accepted, coding, read] of [
    ["gzip, deflate, br, zstd", "br", brotliDecompressSync],
    ["gzip", "gzip", gunzipSync],
  ] as const) {
    const answer = await get("/users", accepted);
    expect(answer.headers).toMatchObject({
      "content-encoding": coding,
      vary: "Accept-Encoding",
      "content-type": "application/json; charset=utf-8",
      "content-length": String(answer.rawPayload.length),
    });
    expect(answer.rawPayload.length).toBeLessThan(plain.body.length / 2);
    expect(JSON.parse(read(answer.rawPayload).toString())).toEqual(plain.json());
  }
});

test("short answers, errors, and answers with an ETag stay as they are", async () => {
  for (const path of [
    "/users?query=nobody",
    `/users/${acme.owner.userId}`,
    "/permissions",
    "/users?limit=x",
  ]) {
    const answer = await get(path, "br");
    expect([path, answer.headers["content-encoding"]]).toEqual([path, undefined]);
  }
});

test("only lists are compressed: nothing that holds a secret, opens a session or repeats what was asked", () => {
  const exported: readonly unknown[] = Object.values(contract);
  const endpoints = exported.filter(
    (one): one is contract.Endpoint => typeof one === "object" && one !== null && "operationId" in one,
  );
  const compressed = endpoints.filter((endpoint) => endpoint.compressed === true);
  expect(compressed.map(({ operationId }) => operationId).toSorted()).toEqual([
    "getUserPermissions",
    "listApiKeys",
    "listAuditEvents",
    "listHolders",
    "listInvitations",
    "listRoles",
    "listUserJobResults",
    "listUsers",
  ]);
  for (const { method, success } of compressed) {
    expect(method).toBe("GET");
    expect(success.body).not.toBeNull();
  }
});

test.each([
  [undefined, null],
  ["", null],
  ["identity", null],
  ["deflate, zstd", null],
  ["gzip", "gzip"],
  ["GZIP;q=0.5, br;q=0.4", "gzip"],
  ["gzip, br", "br"],
  ["br;q=0, gzip;q=0", null],
  ["br;q=0, *", "gzip"],
  ["*", "br"],
  ["gzip;level=9", null],
  ["gzip;q=nonsense", "gzip"],
])("of Accept-Encoding: %s it takes %s", (header, coding) => {
  expect(codingFor(header)).toBe(coding);
});
