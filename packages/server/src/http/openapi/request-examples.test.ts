import { expect, test } from "vitest";
import { createSample, formatCurl, formatTypeScript } from "./request-examples.ts";

const schemas = {
  Role: { type: "object", required: ["id"], properties: { id: { type: "string", format: "uuid" } } },
};
const uuid = "0198c1f2-7d3a-7000-8000-5f1c2d3e4a5b";

test("a sample has the required members alone", () => {
  const schema = {
    type: "object",
    required: ["email", "role", "tags", "kind", "end", "count"],
    properties: {
      email: { type: "string" },
      role: { $ref: "#/components/schemas/Role" },
      tags: { type: "array", items: { type: "string" } },
      kind: { enum: ["a", "b"] },
      end: { anyOf: [{ type: "string", format: "date-time" }, { type: "null" }] },
      count: { type: "integer", minimum: 3 },
      note: { type: "string" },
    },
  };
  expect(createSample(schema, schemas)).toEqual({
    email: "ayse@example.com",
    role: { id: uuid },
    tags: ["…"],
    kind: "a",
    end: "2026-01-31T12:00:00Z",
    count: 3,
  });
});

const request = {
  method: "PATCH",
  url: "https://gatehouse.test/api/v1/roles/{roleId}",
  headers: ["If-Match"],
  body: { schema: {}, example: { name: "Ayşe's" } },
  schemas,
  auth: "apiKey",
} as const;

test("writes a curl command whose body is quoted for a shell", () => {
  expect(formatCurl(request)).toBe(`curl https://gatehouse.test/api/v1/roles/{roleId} \\
  -X PATCH \\
  -H 'Authorization: Bearer ghk_…' \\
  -H 'Content-Type: application/json' \\
  -H 'If-Match: "the ETag"' \\
  -d '{"name":"Ayşe'\\''s"}'`);
});

test("writes a request with fetch", () => {
  expect(formatTypeScript(request)).toContain('method: "PATCH"');
  expect(formatTypeScript(request)).toContain(`body: JSON.stringify({"name":"Ayşe's"})`);
  expect(formatTypeScript({ ...request, method: "GET", headers: [], body: null, auth: "none" })).toBe(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the example has one
    "const response = await fetch(`https://gatehouse.test/api/v1/roles/${roleId}`);",
  );
});
