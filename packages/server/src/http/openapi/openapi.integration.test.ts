import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Endpoint } from "@gatehouse/sdk/contract";
import * as contract from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly unknown[];
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly description?: string;
    readonly example?: unknown;
  }[];
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

let t: TestApp;
let text: string;
let document: Document;

beforeAll(async () => {
  t = await createTestApp();
  text = (await t.app.inject({ url: "/api/v1/openapi.json" })).body;
  document = JSON.parse(text);
});
afterAll(() => t.close());

const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === "object" && value !== null && "operationId" in value && "path" in value;
const exported: readonly unknown[] = Object.values(contract);
const endpoints = exported.filter(isEndpoint);

const findOperation = ({ method, path }: Endpoint): Operation | undefined =>
  document.paths[`/api/v1${path.replaceAll(/:(\w+)/g, "{$1}")}`]?.[method.toLowerCase()];

const authzen = [
  "evaluateAccess",
  "evaluateAccessBatch",
  "getAuthzenConfiguration",
  "searchActions",
  "searchResources",
  "searchSubjects",
];

test("describes OpenAPI 3.1 and exactly the endpoints of the contract and of AuthZEN", () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  const listed = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map((operation) => operation.operationId),
  );
  expect(endpoints.length).toBeGreaterThan(30);
  const expected = [...endpoints.map(({ operationId }) => operationId), ...authzen];
  expect(listed.toSorted()).toEqual(expected.toSorted());
});

test.each(endpoints.map((endpoint) => [endpoint.operationId, endpoint] as const))(
  "%s has a description, parameters, a success response, problems, and its policy",
  (_, endpoint) => {
    const operation = findOperation(endpoint);
    const problem = { $ref: "#/components/schemas/Problem" };
    const refused = { content: { "application/problem+json": { schema: problem } } };
    expect(operation).toMatchObject({
      summary: endpoint.summary,
      tags: [endpoint.tag],
      description: expect.stringMatching(/^(Needs|Open to everybody: )/),
      responses: { "4XX": refused, "5XX": refused, [endpoint.success.status]: expect.any(Object) },
    });
    expect(operation?.security).toBeInstanceOf(Array);
    const inPath = [...endpoint.path.matchAll(/:(\w+)/g)].map(([, name]) => name);
    const described = operation?.parameters?.filter((parameter) => parameter.in === "path") ?? [];
    expect(described.map(({ name }) => name)).toEqual(inPath);
  },
);

test("describes idempotency keys, conditions and file responses", () => {
  const at = (endpoint: Endpoint) => JSON.stringify(findOperation(endpoint));
  expect(at(contract.sendInvitations)).toContain("Idempotency-Key");
  expect(at(contract.editRole)).toContain('"name":"If-Match"');
  expect(at(contract.getRole)).toContain('"ETag"');
  expect(at(contract.getRole)).not.toContain('"name":"If-Match"');
  expect(findOperation(contract.exportUsers)?.responses["200"]).toMatchObject({
    content: { "text/csv": {} },
  });
  expect(findOperation(contract.removeUser)?.responses["204"]).not.toHaveProperty("content");
  expect(findOperation(contract.signIn)?.security).toEqual([]);
  expect(findOperation(contract.getMe)?.security).toEqual([{ session: [] }]);
});

const operations = () => Object.values(document.paths).flatMap((methods) => Object.values(methods));

test("every parameter has a description and an example", () => {
  const incomplete = operations().flatMap(({ operationId, parameters = [] }) =>
    parameters
      .filter(({ description, example }) => !description || example === undefined)
      .map(({ name }) => `${operationId}.${name}`),
  );
  expect(incomplete).toEqual([]);
});

test("names the schemas of responses", () => {
  const { schemas } = document.components;
  expect(Object.keys(schemas)).toEqual(
    expect.arrayContaining([
      "User",
      "Role",
      "Invitation",
      "ApiKey",
      "AuditEvent",
      "Problem",
      "AuthzenDecision",
    ]),
  );
  expect(JSON.stringify(findOperation(contract.listUsers)?.responses["200"])).toContain(
    '"$ref":"#/components/schemas/User"',
  );
  for (const name of Object.keys(schemas)) expect(text).toContain(`"#/components/schemas/${name}"`);
});

test("responses are open to new members, requests are not", () => {
  expect(document.components.schemas["User"]).not.toHaveProperty("additionalProperties");
  for (const { operationId, responses } of operations())
    expect([operationId, JSON.stringify(responses)]).toEqual([
      operationId,
      expect.not.stringContaining('"additionalProperties":false'),
    ]);
  expect(JSON.stringify(findOperation(contract.createRole))).toContain('"additionalProperties":false');
});

test("says per operation whether a session or an API key is needed", () => {
  const security = (endpoint: Endpoint) => findOperation(endpoint)?.security;
  expect(security(contract.listUsers)).toEqual([{ session: [] }, { apiKey: [] }]);
  expect(security(contract.acceptInvitation)).toEqual([{ session: [] }, {}]);
  expect(security(contract.lookUpInvitation)).toEqual([]);
  const evaluation = document.paths["/access/v1/evaluation"]?.["post"];
  expect(evaluation?.security).toEqual([{ apiKey: [] }]);
});

test("groups are described, and every operation belongs to one", () => {
  const names = document.tags.map(({ name }) => name);
  const used = new Set(operations().flatMap((operation) => operation.tags));
  expect(names.toSorted()).toEqual([...used].toSorted());
});

test("has no warning of two linters, and the clients of three generators compile", {
  timeout: 300_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-openapi-"));
  const file = join(folder, "openapi.json");
  writeFileSync(file, text);
  const script = fileURLToPath(new URL("../../../../../scripts/testing/check-openapi.mjs", import.meta.url));
  const problems = await promisify(execFile)(process.execPath, [script, file]).then(
    () => "",
    (error: { readonly stdout: string; readonly stderr: string }) => error.stdout + error.stderr,
  );
  rmSync(folder, { recursive: true });
  expect(problems).toBe("");
});

test("has no dangling $ref", () => {
  const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? "");
  expect(references.length).toBeGreaterThan(0);
  for (const reference of new Set(references)) {
    const target = reference.split("/").reduce<unknown>((part, step) => {
      return typeof part === "object" && part !== null ? (part as Record<string, unknown>)[step] : undefined;
    }, document);
    expect(target, reference).toBeDefined();
  }
});

test("serves the reference page at /api without scripts", async () => {
  const page = await t.app.inject({ url: "/api" });
  expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(page.body).not.toMatch(/<script|<style|\sstyle=|\son\w+=/);
  for (const { operationId } of endpoints) expect(page.body).toContain(`id="${operationId}"`);
  const style = await t.app.inject({ url: "/api/reference.css" });
  expect(style.headers["content-type"]).toBe("text/css; charset=utf-8");
});
