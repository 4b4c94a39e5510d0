import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";

let t: TestApp;
let organization: TestOrganization;

beforeAll(async () => {
  t = await createTestApp();
  organization = await t.organization();
  await t.users(organization, [
    { name: "Benjamin Clarke", email: "benjamin.clarke@lodos.example" },
    { name: "Işıl Gökçe", email: "isil@lodos.example" },
    { name: "Olive Brandt" },
    { name: "Ayla Demir" },
    { name: "Ayda Demir" },
    { name: "Ayda Demirci" },
  ]);
  const other = await t.organization("Other");
  await t.user(other, { name: "Bejnamim Foreign" });
});
afterAll(() => t.close());

async function suggest(query: string): Promise<readonly string[]> {
  const path = `/organizations/${organization.organizationId}/users/suggestions`;
  const response = await t.as(organization.owner).get(`${path}?query=${encodeURIComponent(query)}`);
  expect(response.statusCode).toBe(200);
  return response.json<{ items: string[] }>().items;
}

test.each([
  ["bejnamin", ["Benjamin"]],
  ["BENJMIN clrake", ["Benjamin Clarke"]],
  ["ışli", ["Işıl"]],
  ["gokve", ["Gökçe"]],
  ["olvie", ["Olive"]],
  ["ayka demir", ["Ayda demir", "Ayla demir"]],
  ["benjamin.clark@ldoos.example", ["benjamin.clarke@lodos.example"]],
])("%s: did you mean %j?", async (query, expected) => {
  expect((await suggest(query)).map((text) => text.toLowerCase())).toEqual(
    expected.map((text) => text.toLowerCase()),
  );
});

test.each(["", "  ", "ay", "wholly different", "% _", "one two three four five six"])(
  "has no suggestion for “%s”",
  async (query) => {
    expect(await suggest(query)).toEqual([]);
  },
);

test("a suggested search finds somebody", async () => {
  const [text = ""] = await suggest("bejnamin clrake");
  const path = `/organizations/${organization.organizationId}/users?query=${encodeURIComponent(text)}`;
  const { items } = (await t.as(organization.owner).get(path)).json<{ items: { name: string }[] }>();
  expect(items.map(({ name }) => name)).toEqual(["Benjamin Clarke"]);
});
