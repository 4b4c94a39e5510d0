import type { Endpoint } from "@gatehouse/sdk/contract";
import * as contract from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly unknown[];
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly openapi: string;
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

const operationOf = ({ method, path }: Endpoint): Operation | undefined =>
  document.paths[`/api/v1${path.replaceAll(/:(\w+)/g, "{$1}")}`]?.[method.toLowerCase()];

test("describes OpenAPI 3.1 and exactly the endpoints of the contract", () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  const listed = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map((operation) => operation.operationId),
  );
  expect(endpoints.length).toBeGreaterThan(30);
  expect(listed.toSorted()).toEqual(endpoints.map(({ operationId }) => operationId).toSorted());
});

test.each(endpoints.map((endpoint) => [endpoint.operationId, endpoint] as const))(
  "%s has a description, parameters, a success response, problems, and its policy",
  (_, endpoint) => {
    const operation = operationOf(endpoint);
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
  const at = (endpoint: Endpoint) => JSON.stringify(operationOf(endpoint));
  expect(at(contract.sendInvitations)).toContain("Idempotency-Key");
  expect(at(contract.editRole)).toContain('"name":"If-Match"');
  expect(at(contract.getRole)).toContain('"ETag"');
  expect(at(contract.getRole)).not.toContain('"name":"If-Match"');
  expect(operationOf(contract.exportUsers)?.responses["200"]).toMatchObject({ content: { "text/csv": {} } });
  expect(operationOf(contract.removeUser)?.responses["204"]).not.toHaveProperty("content");
  expect(operationOf(contract.signIn)?.security).toEqual([]);
  expect(operationOf(contract.getMe)?.security).toEqual([{ session: [] }]);
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
