/** The order of the list of users in the alphabet of the organization's language, also after the language has changed. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { sortUsersOfOrganizations } from "./index.ts";

let t: TestApp;
let lodos: TestOrganization;
let asOwner: ApiClient;
let path: string;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  lodos = await t.organization();
  asOwner = t.as(lodos.owner);
  path = `/organizations/${lodos.organizationId}`;
  const roles = [lodos.roles.viewer];
  await t.users(
    lodos,
    [...turkish].reverse().map((name) => ({ name, roles })),
  );
});

const turkish = [
  "Aydın",
  "Cem",
  "Czerny",
  "Çelik",
  "Hülya",
  "Irmak",
  "Işık",
  "İnci",
  "Ozan",
  "Ömer",
  "Suzan",
  "Şule",
];
const english = [
  "Aydın",
  "Çelik",
  "Cem",
  "Czerny",
  "Hülya",
  "İnci",
  "Irmak",
  "Işık",
  "Ömer",
  "Ozan",
  "Şule",
  "Suzan",
];

interface Page {
  readonly items: readonly { readonly name: string; readonly id: string }[];
  readonly nextCursor: string | null;
}

/** All pages, five users each, without the owner. */
async function listNames(query = ""): Promise<readonly string[]> {
  const names: string[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? "" : `&cursor=${cursor}`;
    const page: Page = (await asOwner.get(`${path}/users?limit=5${query}${after}`)).json<Page>();
    names.push(...page.items.map(({ name }) => name).filter((name) => name !== lodos.owner.name));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return names;
}

async function setLanguage(language: "en" | "tr"): Promise<void> {
  const { headers } = await asOwner.get(path);
  const response = await asOwner.patch(path, { language }, { "if-match": headers.etag ?? "" });
  expect(response.statusCode, response.body).toBe(200);
}

async function readSortedLanguage(): Promise<unknown> {
  const [row] = await t.sql(
    `SELECT users_sorted_in FROM organizations WHERE organization_id = '${lodos.organizationId}'`,
  );
  return row?.["users_sorted_in"];
}

test("sorts users by the Turkish alphabet after the language became Turkish, and back", async () => {
  expect(await listNames()).toEqual(english);
  await setLanguage("tr");
  await t.drainOutbox();
  expect(await listNames()).toEqual(turkish);
  expect(await listNames("&sort=-name")).toEqual([...turkish].reverse());
  expect(await listNames(`&role=${lodos.roles.viewer}`)).toEqual(turkish);
  expect(await readSortedLanguage()).toBe("tr");
  await setLanguage("en");
  await t.drainOutbox();
  expect(await listNames()).toEqual(english);
  expect(await readSortedLanguage()).toBe("en");
});

test("new names get their place in the alphabet of the organization", async () => {
  await setLanguage("tr");
  await t.drainOutbox();
  const [user] = await t.users(lodos, [{ name: "Ğani" }]);
  if (user === undefined) throw new Error("A user was expected.");
  expect((await listNames()).slice(4, 6)).toEqual(["Ğani", "Hülya"]);
  const { headers } = await asOwner.get(`${path}/users/${user.userId}`);
  const renamed = await asOwner.patch(
    `${path}/users/${user.userId}`,
    { name: "Çınar" },
    { "if-match": headers.etag ?? "" },
  );
  expect(renamed.statusCode, renamed.body).toBe(200);
  expect((await listNames()).slice(3, 5)).toEqual(["Çelik", "Çınar"]);
  // Searches don't ask for the accents.
  expect(await listNames("&query=cinar")).toEqual(["Çınar"]);
});

test("the clean-up sorts organizations whose language was changed without a job", async () => {
  await t.sql(`UPDATE organizations SET language = 'tr' WHERE organization_id = '${lodos.organizationId}'`);
  expect(await readSortedLanguage()).toBe("en");
  await sortUsersOfOrganizations(t.deps);
  expect(await listNames()).toEqual(turkish);
  expect(await readSortedLanguage()).toBe("tr");
});
