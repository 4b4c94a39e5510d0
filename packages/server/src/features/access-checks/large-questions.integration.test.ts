/** Large bodies of questions: read only for a key that counts, and checked in a time that doesn't grow with the questions. */
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { longestBlock } from "../../../test/longest-block.ts";
import { readQuestions } from "./question.ts";

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

/** Sends the headers, and the answer that comes although no byte of the body follows. */
async function answerWithoutBody(path: string, headers: readonly string[]): Promise<string> {
  const { port } = t.app.server.address() as { port: number };
  const socket = connect(port, "127.0.0.1");
  const answer = text(socket);
  const lines = ["host: gatehouse.test", "connection: close", "content-type: application/json", ...headers];
  socket.write(`POST /access/v1/${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
  return answer;
}

const paths = ["evaluation", "evaluations", "search/subject", "search/action", "search/resource"];
const large = `content-length: ${1024 * 1024}`;
const chunked = "transfer-encoding: chunked";

test.each(paths)("%s refuses a stranger before the body is there", async (path) => {
  const madeUp = key.replace(/.{8}$/, (end) => (end === "AAAAAAAA" ? "BBBBBBBB" : "AAAAAAAA"));
  for (const [code, ...headers] of [
    ["auth/required", large],
    ["auth/required", "content-length: 10"],
    ["auth/invalid-key", large, "authorization: Bearer x"],
    ["auth/invalid-key", "content-length: 10", "authorization: Bearer x"],
    ["auth/invalid-key", large, `authorization: Bearer ${madeUp}`],
    ["auth/invalid-key", "content-length: 65537", `authorization: Bearer ${madeUp}`],
    ["auth/invalid-key", chunked, `authorization: Bearer ${madeUp}`],
  ] as const) {
    const answer = await answerWithoutBody(path, headers);
    expect(answer, headers.join()).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toContain(`"code":"${code}"`);
  }
});

test("a large body that comes with a key is answered, and a small one costs no look at the key before it", async () => {
  const question = {
    subject: { type: "user", id: acme.owner.userId },
    action: { name: "campaigns:view" },
    resource: { type: "organization", id: acme.organizationId },
  };
  const look = vi.spyOn(t.deps.db, "lookUp");
  for (const [size, looks] of [
    [1_000, 1],
    [100_000, 2],
  ] as const) {
    const payload = { ...question, context: { note: "x".repeat(size) } };
    const headers = { authorization: `Bearer ${key}` };
    const ask = () => t.app.inject({ method: "POST", url: "/access/v1/evaluation", headers, payload });
    await ask(); // roles and catalogue are known from here on
    look.mockClear();
    expect((await ask()).json()).toMatchObject({ decision: true });
    expect(look).toHaveBeenCalledTimes(looks);
  }
  look.mockRestore();
});

/** Milliseconds of processor time for which nobody else is served, at most. */
const longest = 100;
const evaluations = Array.from({ length: 1_000 }, () => ({}));
const many = Object.fromEntries(Array.from({ length: 1_900 }, (_, index) => [`m${index}`, 1]));

test("the members of what is said for all are not read for each question", () => {
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
  const said = { type: "user", id: "x", name: "n", properties: counted };
  const read = readQuestions({ subject: said, action: said, resource: said, context: counted, evaluations });
  expect(read?.questions).toHaveLength(1_000);
  expect(read?.questions[999]).toMatchObject({ subject: { type: "user", id: "x" }, action: { name: "n" } });
  expect(reads).toBeLessThan(100);
});

test.each([
  ["many members", { properties: many }, "x", "n"],
  ["a long id of capitals", {}, "É".repeat(400_000), "n"],
  ["a long name", {}, "x", "n".repeat(900_000)],
])("a thousand questions with %s for all keep nobody waiting", async (_, more, id, name) => {
  const ask = (type: string, count: number) => {
    const said = { type, id, ...more };
    const payload = {
      subject: { type: "user", id: "x", ...more },
      action: { name, ...more },
      resource: said,
      context: more,
      evaluations: evaluations.slice(0, count),
    };
    const headers = { authorization: `Bearer ${key}` };
    return t.app.inject({ method: "POST", url: "/access/v1/evaluations", headers, payload });
  };
  for (const type of ["organization", "campaigns"]) {
    const costs: number[] = [];
    for (let round = 0; round < 3; round += 1)
      costs.push(
        await longestBlock(async () =>
          expect((await ask(type, 1_000)).json().evaluations).toHaveLength(1_000),
        ),
      );
    expect(Math.min(...costs)).toBeLessThan(longest);
  }
});
