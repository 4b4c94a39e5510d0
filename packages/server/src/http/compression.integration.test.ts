import { brotliDecompressSync, gunzipSync } from "node:zlib";
import * as contract from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import type { TestOrganization } from "../../test/factories.ts";
import { chooseEncoding } from "./compression.ts";

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

test("a list of a kilobyte or more is compressed if the client accepts it, and decompresses to the same content", async () => {
  await get("/users", "identity"); // records when the owner was last seen, which the list shows
  const plain = await get("/users", "identity");
  expect(plain.headers).toMatchObject({ vary: "Accept-Language, Accept-Encoding" });
  expect(plain.headers["content-encoding"]).toBeUndefined();
  expect(plain.body.length).toBeGreaterThan(1_024);
  for (const [accepted, coding, read] of [
    ["gzip, deflate, br, zstd", "br", brotliDecompressSync],
    ["gzip", "gzip", gunzipSync],
  ] as const) {
    const response = await get("/users", accepted);
    expect(response.headers).toMatchObject({
      "content-encoding": coding,
      vary: "Accept-Language, Accept-Encoding",
      "content-type": "application/json; charset=utf-8",
      "content-length": String(response.rawPayload.length),
    });
    expect(response.rawPayload.length).toBeLessThan(plain.body.length / 2);
    expect(JSON.parse(read(response.rawPayload).toString())).toEqual(plain.json());
  }
});

test("the changes of access are compressed, and each event arrives at once", async () => {
  const url = `${await t.app.listen({ host: "127.0.0.1", port: 0 })}/api/v1/organizations/${acme.organizationId}/changes`;
  const { key } = await t.apiKey(acme);
  const headers = { authorization: `Bearer ${key}`, "accept-encoding": "gzip" };
  const closing = new AbortController();
  const response = await fetch(url, { headers, signal: closing.signal });
  expect(Object.fromEntries(response.headers)).toMatchObject({ "content-encoding": "gzip" });
  const texts = response.body?.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  const readUntil = async (end: string) => {
    for (let text = ""; !text.includes(end); ) text += (await texts?.next())?.value;
  };
  await readUntil("event: current");
  // The next byte that the server sends is this change: nothing waits for a full block.
  const user = await t.user(acme, { roles: ["viewer"] });
  const path = `/organizations/${acme.organizationId}/users/${user.userId}`;
  await t.as(acme.owner).patch(path, { name: "Selin Kaya" }, { "if-match": '"1"' });
  await readUntil(user.userId);
  closing.abort();
});

test("short responses, errors, and responses with an ETag aren't compressed", async () => {
  for (const path of [
    "/users?query=nobody",
    `/users/${acme.owner.userId}`,
    "/permissions",
    "/users?limit=x",
  ]) {
    const response = await get(path, "br");
    expect([path, response.headers["content-encoding"]]).toEqual([path, undefined]);
  }
});

test("only lists and the changes of access are compressed, never responses with secrets, sessions or echoed input", () => {
  const exported: readonly unknown[] = Object.values(contract);
  const endpoints = exported.filter(
    (one): one is contract.Endpoint => typeof one === "object" && one !== null && "operationId" in one,
  );
  const compressed = endpoints.filter((endpoint) => endpoint.compressed === true);
  expect(compressed.map(({ operationId }) => operationId).toSorted()).toEqual([
    "followAccess",
    "followOrganizations",
    "getUserPermissions",
    "listApiKeys",
    "listAuditEvents",
    "listHolders",
    "listInvitations",
    "listRoles",
    "listUserImportRows",
    "listUserJobResults",
    "listUsers",
    "readOrganizationAccess",
  ]);
  for (const { method, success } of compressed) {
    expect(method).toBe("GET");
    expect(success.body === null).toBe(success.media?.[0] === "text/event-stream");
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
])("for Accept-Encoding: %s it chooses %s", (header, coding) => {
  expect(chooseEncoding(header)).toBe(coding);
});
