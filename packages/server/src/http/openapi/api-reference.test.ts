import { expect, test } from "vitest";
import { renderReference, renderSchema } from "./api-reference.ts";

test("renders schemas in TypeScript-like notation", () => {
  const schema = {
    type: "object",
    required: ["id", "roles"],
    properties: {
      id: { type: "string", format: "uuid" },
      status: { enum: ["active", "suspended"] },
      roles: { type: "array", items: { type: "object", properties: { name: { type: "string" } } } },
      lastActiveAt: { anyOf: [{ type: "string", format: "date-time" }, { type: "null" }] },
      needed: { const: true },
      params: {},
    },
  };
  expect(renderSchema(schema)).toBe(`{
  id: uuid
  status?: "active" | "suspended"
  roles: [{
    name?: string
  }]
  lastActiveAt?: date-time | null
  needed?: true
  params?: any
}`);
});

test("shows operations with their schemas, and every error code", () => {
  const page = renderReference({
    info: { title: "Gatehouse" },
    paths: {
      "/things": {
        get: {
          operationId: "listThings",
          summary: "Lists things",
          tags: ["Things"],
          parameters: [{ in: "query", name: "limit", schema: { type: "string" } }],
          responses: { 200: { content: { "text/csv": {} } }, "4XX": {} },
        },
      },
    },
  });
  expect(page).toContain('<a href="#listThings">Lists things</a>');
  expect(page).toContain("<b>GET</b> /things");
  expect(page).toContain("<code>limit?: string</code>");
  expect(page).toContain('<a class="home" href="/">');
  expect(page).toContain("text/csv");
  expect(page).toContain("<td>412</td><td><code>precondition/failed</code>");
});

test("escapes every text of the document", () => {
  const summary = `<script>"&</script>`;
  const page = renderReference({
    info: { title: "<b>" },
    paths: { "/<x>": { get: { operationId: '"><i>', summary, tags: ["<u>"] } } },
  });
  expect(page).not.toMatch(/<script|<i>|<u>|<x>|<title>[^<]*<b>/);
  expect(page).toContain("&lt;script&gt;&quot;&amp;&lt;/script&gt;");
});

test("links named types, and lists them", () => {
  const thing = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
  const schema = { $ref: "#/components/schemas/Thing" };
  const page = renderReference({
    info: { title: "Gatehouse" },
    components: { schemas: { Thing: thing } },
    paths: {
      "/t": {
        get: { operationId: "t", responses: { 200: { content: { "application/json": { schema } } } } },
      },
    },
  });
  expect(page).toContain('<pre tabindex="0"><a href="#type-Thing">Thing</a></pre>');
  expect(page).toContain('<article id="type-Thing"><h3>Thing</h3>');
});
