import type { AuditEvent, RoleView } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization } from "../../../test/factories.ts";

const turkish = { "accept-language": "tr-TR, en;q=0.5" };
const english = { "accept-language": "en" };

let t: TestApp;
let organization: TestOrganization;
let asOwner: ApiClient;
let here: string;
let roles: string;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  organization = await t.organization();
  asOwner = t.as(organization.owner);
  here = `/organizations/${organization.organizationId}`;
  roles = `${here}/roles`;
  await asOwner.get(roles);
});

const draft = {
  name: "Night shift",
  description: "Works at night",
  translations: { tr: { name: "Gece vardiyası", description: "Gece çalışır" } },
  permissions: ["campaigns:view"],
};

async function create(body: object = draft): Promise<RoleView> {
  const response = await asOwner.post(roles, body, english);
  expect(response.statusCode, response.body).toBe(201);
  return response.json<RoleView>();
}

async function getTexts(path: string, headers = english): Promise<(string | undefined)[]> {
  const { name, description } = (await asOwner.get(path, headers)).json<RoleView>();
  return [name, description];
}

async function lastEvent(): Promise<AuditEvent | undefined> {
  return (await asOwner.get(`${here}/audit-events`)).json<{ items: AuditEvent[] }>().items[0];
}

/** Edits the role at its current version, whatever the language of the reader. */
async function edit(role: RoleView, body: object, headers: Readonly<Record<string, string>> = english) {
  const { etag } = (await asOwner.get(`${roles}/${role.id}`)).headers;
  return asOwner.patch(`${roles}/${role.id}`, body, { "if-match": String(etag), ...headers });
}

test("a role is read in the language that is asked for, with its default texts and all translations", async () => {
  const role = await create();
  const stored = {
    defaultName: "Night shift",
    defaultDescription: "Works at night",
    translations: draft.translations,
  };
  expect(role).toMatchObject({ name: "Night shift", description: "Works at night", ...stored });

  const inTurkish = await asOwner.get(`${roles}/${role.id}`, turkish);
  expect(inTurkish.json()).toMatchObject({ name: "Gece vardiyası", description: "Gece çalışır", ...stored });
  expect(inTurkish.headers).toMatchObject({ vary: "Accept-Language", etag: '"1"' });
  const list = await asOwner.get(`${roles}?query=vardiya`, turkish);
  expect(list.headers["vary"]).toBe("Accept-Language, Accept-Encoding");
  expect(list.json<{ items: RoleView[] }>().items).toEqual([inTurkish.json()]);

  const path = `${roles}/${role.id}`;
  expect(await getTexts(`${path}?language=tr`)).toEqual(["Gece vardiyası", "Gece çalışır"]);
  expect(await getTexts(`${path}?language=en`, turkish)).toEqual(["Night shift", "Works at night"]);
  expect(await getTexts(`${path}?language=all`, turkish)).toEqual(["Night shift", "Works at night"]);
  expect((await asOwner.get(`${path}?language=de`)).statusCode).toBe(422);
});

test("a text that isn't translated is the default one, and so is every text for a program that asks for no language", async () => {
  const role = await create({
    ...draft,
    translations: { en: { name: "Nights" }, tr: { description: "Gece" } },
  });
  const path = `${roles}/${role.id}`;
  expect(await getTexts(path, turkish)).toEqual(["Night shift", "Gece"]);
  expect(await getTexts(path, english)).toEqual(["Nights", "Works at night"]);
  const { key } = await t.apiKey(organization);
  const program = await t.withKey(key).get(path);
  expect(program.json()).toMatchObject({ name: "Night shift", description: "Works at night" });
  expect((await t.withKey(key).get(path, turkish)).json()).toMatchObject({ description: "Gece" });
});

test("without a header the account's language counts", async () => {
  await asOwner.patch("/me", { language: "tr" });
  const { items } = (await asOwner.get(roles)).json<{ items: RoleView[] }>();
  expect(items.map(({ name }) => name)).toEqual([
    "Sahip",
    "Çağrı Merkezi",
    "Geliştirici",
    "İzleyici",
    "Kampanya Onaylayıcısı",
    "Pazarlamacı",
    "Uygulama Yöneticisi",
  ]);
  await asOwner.patch("/me", { language: "en" });
});

test("an edit changes the default texts whatever the language, and replaces all translations or none", async () => {
  const role = await create();
  const renamed = await edit(role, { name: "Late shift" }, turkish);
  expect(renamed.json()).toMatchObject({
    name: "Gece vardiyası",
    defaultName: "Late shift",
    translations: draft.translations,
  });
  expect(await lastEvent()).toMatchObject({
    target: { name: "Night shift" },
    changes: [{ field: "name", before: "Night shift", after: "Late shift" }],
  });

  const { etag } = (await asOwner.get(`${roles}/${role.id}`)).headers;
  const translated = await edit(role, { translations: { tr: { name: "Akşam vardiyası", description: "" } } });
  expect(translated.headers["etag"]).not.toBe(etag);
  expect(translated.json()).toMatchObject({
    name: "Late shift",
    translations: { tr: { name: "Akşam vardiyası" } },
  });
  expect((await lastEvent())?.changes).toEqual([
    { field: "name.tr", before: "Gece vardiyası", after: "Akşam vardiyası" },
    { field: "description.tr", before: "Gece çalışır", after: null },
  ]);
  const event = await lastEvent();
  const same = await edit(role, { translations: { tr: { name: "Akşam vardiyası" }, en: {} } });
  expect(same.statusCode).toBe(200);
  expect(await lastEvent()).toEqual(event);
  expect((await edit(role, { translations: {} })).json()).toMatchObject({ translations: {} });
});

test("creating a role records its texts in every language", async () => {
  await create();
  expect((await lastEvent())?.changes).toEqual([
    { field: "name", before: null, after: "Night shift" },
    { field: "description", before: null, after: "Works at night" },
    { field: "name.tr", before: null, after: "Gece vardiyası" },
    { field: "description.tr", before: null, after: "Gece çalışır" },
    { field: "permissions", before: null, after: ["campaigns:view"] },
  ]);
});

test.each([
  ["an unknown language", { de: { name: "Nachtschicht" } }, "translations"],
  ["an unknown text", { tr: { label: "Gece" } }, "translations.tr"],
  ["no object", { tr: "Gece" }, "translations.tr"],
  ["an empty name", { tr: { name: " " } }, "translations.tr.name"],
  ["an invisible name", { tr: { name: "\u3164" } }, "translations.tr.name"],
  ["two lines", { tr: { name: "Gece\nvardiyası" } }, "translations.tr.name"],
  ["a name of 101 characters", { tr: { name: "a".repeat(101) } }, "translations.tr.name"],
  [
    "a description of 501 characters",
    { en: { description: "a".repeat(501) } },
    "translations.en.description",
  ],
])("rejects translations with %s", async (_, translations, path) => {
  const before = await readDatabaseState(t);
  const response = await asOwner.post(roles, { ...draft, translations });
  expect(response.statusCode).toBe(422);
  expect(response.json<{ errors: { path: string }[] }>().errors[0]?.path).toBe(path);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("cleans translated names like all names", async () => {
  const name = "  İleri du\u0308zey ";
  const role = await create({ ...draft, translations: { tr: { name } } });
  expect(role.translations).toEqual({ tr: { name: "İleri düzey" } });
});

test("sorts and pages by the names in the language, and finds the default name, too", async () => {
  const read = async (query: string, headers = turkish) =>
    (await asOwner.get(`${roles}?${query}`, headers)).json<{
      items: RoleView[];
      nextCursor: string | null;
      total: { count: number };
    }>();
  const first = await read("limit=3");
  const second = await read(`limit=3&cursor=${first.nextCursor}`);
  const third = await read(`cursor=${second.nextCursor}`, english); // a page in another language keeps the order
  const names = [...first.items, ...second.items, ...third.items].map(({ defaultName }) => defaultName);
  expect(names).toEqual([
    "Owner",
    "Call Center",
    "Developer",
    "Viewer",
    "Campaign Approver",
    "Marketer",
    "App Admin",
  ]);
  for (const query of ["IZLEYICI", "izleyici", "viewer"]) {
    const { items, total } = await read(`query=${query}`);
    expect([query, items.map(({ name }) => name), total.count]).toEqual([query, ["İzleyici"], 1]);
  }
  expect((await read("query=izleyici", english)).items).toEqual([]);
});

test("in no language do two roles have the same name", async () => {
  const role = await create();
  const before = await readDatabaseState(t);
  const taken = [
    [{ translations: { tr: { name: "PAZARLAMACI" } } }, "translations.tr.name", "tr"],
    [{ translations: { en: { name: "marketer" } } }, "translations.en.name", "en"],
    [{ name: "Marketer" }, "name", null],
    [{ name: "Pazarlamacı", translations: {} }, "name", "tr"],
  ] as const;
  for (const [body, path, language] of taken) {
    for (const response of [
      await edit(role, body),
      await asOwner.post(roles, { ...draft, name: "Other", translations: {}, ...body }),
    ])
      expect(response.json()).toMatchObject({
        status: 409,
        code: "roles/name-taken",
        errors: [{ path }],
        params: { language },
      });
  }
  expect(await readDatabaseState(t)).toEqual(before);
  const free = { translations: { en: { name: "Night shift" }, tr: { name: "Gece vardiyası" } } };
  expect((await edit(role, free)).statusCode).toBe(200); // its own names
});

test("the built-in role stays read-only, also in other languages", async () => {
  const owner = `${roles}/${organization.roles.owner}`;
  expect(await getTexts(owner, turkish)).toEqual(["Sahip", "Gelecektekiler dahil bütün izinlere sahiptir"]);
  const response = await asOwner.patch(
    owner,
    { translations: { tr: { name: "Patron" } } },
    { "if-match": '"1"' },
  );
  expect(response.json()).toMatchObject({ status: 403, code: "forbidden/system-role" });
});
