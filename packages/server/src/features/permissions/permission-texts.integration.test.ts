import { isReservedGroup } from "@gatehouse/access/catalogue";
import type { CatalogueGroup } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";

const english = { "accept-language": "en" };
const turkish = { "accept-language": "de, tr;q=0.8, en;q=0.5" };

const loyalty = {
  key: "loyalty",
  label: { en: "Loyalty", tr: "Sadakat" },
  actions: [
    { permission: "loyalty:view", label: { tr: "Gör" }, sensitive: false, implies: [] },
    { permission: "loyalty:edit", label: "Edit", sensitive: false, implies: ["loyalty:view"] },
  ],
};

let t: TestApp;
let asOwner: ApiClient;
let here: string;

beforeAll(async () => {
  t = await createTestApp();
  const organization = await t.organization();
  asOwner = t.as(organization.owner);
  here = `/organizations/${organization.organizationId}`;
});
afterAll(() => t.close());

async function getGroups(query: string, headers: Record<string, string>): Promise<CatalogueGroup[]> {
  const response = await asOwner.get(`${here}/permissions${query}`, headers);
  expect(response.statusCode, response.body).toBe(200);
  return response.json<{ groups: CatalogueGroup[] }>().groups;
}

async function getApprove(query: string, headers: Record<string, string>) {
  const group = (await getGroups(query, headers)).find(({ key }) => key === "campaigns");
  const approve = group?.actions.find(({ permission }) => permission === "campaigns:approve");
  return { group: group?.label, action: approve?.label };
}

test("answers with the texts of the example in the language that is asked for", async () => {
  const inEnglish = { group: "Campaigns", action: "Approve" };
  const inTurkish = { group: "Kampanyalar", action: "Onaylama" };
  expect(await getApprove("", english)).toEqual(inEnglish);
  expect(await getApprove("", turkish)).toEqual(inTurkish);
  expect(await getApprove("?language=tr", english)).toEqual(inTurkish);
  expect(await getApprove("?language=en", turkish)).toEqual(inEnglish);
  expect(await getApprove("?language=all", turkish)).toEqual({
    group: { en: "Campaigns", tr: "Kampanyalar" },
    action: { en: "Approve", tr: "Onaylama" },
  });
});

test("answers with the texts of the built-in groups in both languages", async () => {
  const getUsers = async (query: string) =>
    (await getGroups(query, english)).find(({ key }) => key === "users");
  const inTurkish = await getUsers("?language=tr");
  expect(inTurkish?.label).toBe("Kullanıcılar");
  expect(inTurkish?.actions.find(({ permission }) => permission === "users:invite")).toMatchObject({
    label: "Davet etme",
    description: "Kişileri e-postayla davet eder",
  });
  expect((await getUsers(""))?.actions[1]).toMatchObject({
    label: "Invite",
    description: "Invite people by e-mail",
  });
  expect(await getUsers("?language=all")).toMatchObject({ label: { en: "Users", tr: "Kullanıcılar" } });
  for (const { key, label, description, actions } of await getGroups("?language=all", english))
    for (const text of [label, description, ...actions.flatMap((one) => [one.label, one.description])])
      expect([key, text]).toEqual([key, { en: expect.any(String), tr: expect.any(String) }]);
});

test("names a missing permission of a built-in group in the language that is asked for", async () => {
  const organization = await t.organization();
  const viewer = await t.user(organization, { roles: ["viewer"] });
  const path = `/organizations/${organization.organizationId}/api-keys`;
  const denied = await t.as(viewer).get(path, turkish);
  expect(denied.json()).toMatchObject({ status: 403, params: { label: "API anahtarları: Görüntüleme" } });
});

test("keeps both languages, and falls back to the one that is declared", async () => {
  const groups = (await getGroups("?language=all", english)).filter(({ key }) => !isReservedGroup(key));
  const { headers } = await asOwner.get(`${here}/permissions`);
  const put = await asOwner.put(`${here}/permissions`, [...groups, loyalty], {
    "if-match": String(headers.etag),
  });
  expect(put.statusCode, put.body).toBe(200);
  const labels = async (query: string) => {
    const group = (await getGroups(query, english)).find(({ key }) => key === "loyalty");
    return [group?.label, ...(group?.actions ?? []).map(({ label }) => label)];
  };
  expect(await labels("?language=en")).toEqual(["Loyalty", "Gör", "Edit"]);
  expect(await labels("?language=tr")).toEqual(["Sadakat", "Gör", "Edit"]);
  expect(await labels("?language=all")).toEqual([{ en: "Loyalty", tr: "Sadakat" }, { tr: "Gör" }, "Edit"]);
});

test("rejects unknown languages, and texts without any language", async () => {
  const unknown = await asOwner.get(`${here}/permissions?language=de`);
  expect(unknown.statusCode).toBe(422);
  const { headers } = await asOwner.get(`${here}/permissions`);
  for (const label of [{}, { en: "" }, { de: "Kampagnen" }, { en: "Campaigns", tr: 1 }]) {
    const put = await asOwner.put(`${here}/permissions`, [{ ...loyalty, label }], {
      "if-match": String(headers.etag),
    });
    expect(put.statusCode, JSON.stringify(label)).toBe(422);
    expect(put.json<{ errors: { path: string }[] }>().errors[0]?.path).toMatch(/^0\.label/);
  }
});
