/** Large request bodies: read only with a valid key, and validated in a time that doesn't grow with the number of evaluations. */
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { measureBlock } from "../../../test/measurements.ts";
import { parseEvaluations } from "./request-schema.ts";

let t: TestApp;
let acme: TestOrganization;
let key: string;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  key = (await t.apiKey(acme, { permissions: ["users:view"] })).key;
  await t.app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(() => t.close());

/** Sends only the headers and returns the response. */
async function answerWithoutBody(path: string, headers: readonly string[]): Promise<string> {
  const { port } = t.app.server.address() as { port: number };
  const socket = connect(port, "127.0.0.1");
  const response = text(socket);
  const lines = ["host: gatehouse.test", "connection: close", "content-type: application/json", ...headers];
  socket.write(`POST /access/v1/${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
  return response;
}

const paths = ["evaluation", "evaluations", "search/subject", "search/action", "search/resource"];
const large = `content-length: ${1024 * 1024}`;
const chunked = "transfer-encoding: chunked";

test.each(paths)("%s rejects an unauthenticated request before the body arrives", async (path) => {
  const unknownKey = key.replace(/.{8}$/, (end) => (end === "AAAAAAAA" ? "BBBBBBBB" : "AAAAAAAA"));
  for (const [code, ...headers] of [
    ["auth/required", large],
    ["auth/required", "content-length: 10"],
    ["auth/invalid-key", large, "authorization: Bearer x"],
    ["auth/invalid-key", "content-length: 10", "authorization: Bearer x"],
    ["auth/invalid-key", large, `authorization: Bearer ${unknownKey}`],
    ["auth/invalid-key", "content-length: 65537", `authorization: Bearer ${unknownKey}`],
    ["auth/invalid-key", chunked, `authorization: Bearer ${unknownKey}`],
  ] as const) {
    const response = await answerWithoutBody(path, headers);
    expect(response, headers.join()).toMatch(/^HTTP\/1\.1 401 /);
    expect(response).toContain(`"code":"${code}"`);
  }
});

test("looks up the key before the body only for a large body", async () => {
  const evaluation = {
    subject: { type: "user", id: acme.owner.userId },
    action: { name: "campaigns:view" },
    resource: { type: "organization", id: acme.organizationId },
  };
  const readSpy = vi.spyOn(t.deps.db, "readInOneRoundTrip");
  for (const [size, roundTrips] of [
    [1_000, 1],
    [100_000, 2],
  ] as const) {
    const payload = { ...evaluation, context: { note: "x".repeat(size) } };
    const headers = { authorization: `Bearer ${key}` };
    const send = () => t.app.inject({ method: "POST", url: "/access/v1/evaluation", headers, payload });
    await send(); // fills the role and catalogue caches
    readSpy.mockClear();
    expect((await send()).json()).toMatchObject({ decision: true });
    expect(readSpy).toHaveBeenCalledTimes(roundTrips);
  }
  readSpy.mockRestore();
});

/** Maximum CPU time, in milliseconds, that may block the event loop. */
const maxBlockMs = 100;
const evaluations = Array.from({ length: 1_000 }, () => ({}));
const many = Object.fromEntries(Array.from({ length: 1_900 }, (_, index) => [`m${index}`, 1]));

test("reads the members of the defaults once, not for each evaluation", () => {
  let reads = 0;
  const counted = new Proxy(many, {
    ownKeys: (target) => {
      reads += 1;
      return Reflect.ownKeys(target);
    },
    get: (target, name) => {
      reads += 1;
      return Reflect.get(target, name);
    },
  });
  const defaults = { type: "user", id: "x", name: "n", properties: counted };
  const parsed = parseEvaluations({
    subject: defaults,
    action: defaults,
    resource: defaults,
    context: counted,
    evaluations,
  });
  expect(parsed?.evaluations).toHaveLength(1_000);
  expect(parsed?.evaluations[999]).toMatchObject({
    subject: { type: "user", id: "x" },
    action: { name: "n" },
  });
  expect(reads).toBeLessThan(100);
});

test.each([
  ["many members", { properties: many }, "x", "n"],
  ["a long id of capitals", {}, "É".repeat(400_000), "n"],
  ["a long name", {}, "x", "n".repeat(900_000)],
])("a thousand evaluations with %s as a default don't block the event loop", async (_, more, id, name) => {
  const send = (type: string, count: number) => {
    const defaults = { type, id, ...more };
    const payload = {
      subject: { type: "user", id: "x", ...more },
      action: { name, ...more },
      resource: defaults,
      context: more,
      evaluations: evaluations.slice(0, count),
    };
    const headers = { authorization: `Bearer ${key}` };
    return t.app.inject({ method: "POST", url: "/access/v1/evaluations", headers, payload });
  };
  for (const type of ["organization", "campaigns"]) {
    const work = async (): Promise<void> =>
      expect((await send(type, 1_000)).json().evaluations).toHaveLength(1_000);
    expect(await measureBlock(work, { maxMs: maxBlockMs })).toBeLessThan(maxBlockMs);
  }
});
