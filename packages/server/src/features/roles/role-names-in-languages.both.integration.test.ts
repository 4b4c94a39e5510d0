/** Every response and email that shows the name of a role shows it in the language of the reader. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { getInvitationToken, invite } from "../../../test/invitations.ts";

const turkish = { "accept-language": "tr" };

let t: TestApp;
let lodos: TestOrganization;
let asOwner: ApiClient;
let here: string;
let ayse: TestUser;

beforeAll(async () => {
  t = await createTestApp();
  lodos = await t.organization("Lodos Retail");
  asOwner = t.as(lodos.owner);
  here = `/organizations/${lodos.organizationId}`;
  ayse = await t.user(lodos, { name: "Ayşe Demir", roles: ["viewer", "marketer"] });
});
afterAll(() => t.close());

/** The names of roles in the bodies of a response: by default, and in Turkish. */
async function readBoth<Body>(path: string, read: (body: Body) => unknown) {
  const [byDefault, inTurkish] = [await asOwner.get(path), await asOwner.get(path, turkish)];
  expect(inTurkish.headers["vary"]).toContain("Accept-Language");
  return [read(byDefault.json<Body>()), read(inTurkish.json<Body>())];
}

interface Named {
  readonly name: string;
}
const names = (roles: readonly Named[] | undefined) => roles?.map(({ name }) => name);
const both = [
  ["Marketer", "Viewer"],
  ["İzleyici", "Pazarlamacı"],
];

test("lists of users, one user, and the response to an edit", async () => {
  type Users = { readonly items: readonly { readonly roles: readonly Named[] }[] };
  const first = ({ items }: Users) => names(items[0]?.roles);
  expect(await readBoth(`${here}/users?query=demir`, first)).toEqual(both);
  expect(
    await readBoth(`${here}/users?sort=-name`, ({ items }: Users) => names(items.at(-1)?.roles)),
  ).toEqual(both);
  expect(
    await readBoth(`${here}/users/${ayse.userId}`, ({ roles }: { readonly roles: readonly Named[] }) =>
      names(roles),
    ),
  ).toEqual(both);
  const { etag } = (await asOwner.get(`${here}/users/${ayse.userId}`)).headers;
  const roleIds = [lodos.roles.viewer, lodos.roles.marketer, lodos.roles.developer];
  const edited = await asOwner.patch(
    `${here}/users/${ayse.userId}`,
    { roleIds },
    { "if-match": String(etag), ...turkish },
  );
  expect(names(edited.json<{ roles: Named[] }>().roles)).toEqual(["Geliştirici", "İzleyici", "Pazarlamacı"]);
  const events = (await asOwner.get(`${here}/audit-events`, turkish)).json<{
    items: { changes: unknown }[];
  }>();
  expect(events.items[0]?.changes).toEqual([
    { field: "roles", before: ["Marketer", "Viewer"], after: ["Marketer", "Viewer", "Developer"] },
  ]);
  const back = { "if-match": String(edited.headers["etag"]) };
  await asOwner.patch(`${here}/users/${ayse.userId}`, { roleIds: roleIds.slice(0, 2) }, back);
});

test("the sources of permissions, and who has one", async () => {
  type Sources = { readonly because: readonly { readonly roleName: string }[] };
  const roleNames = ({ because }: Sources) => [...new Set(because.map(({ roleName }) => roleName))].sort();
  const view = ({ items }: { readonly items: readonly (Sources & { readonly permission: string })[] }) =>
    items.filter(({ permission }) => permission === "campaigns:view").map(roleNames);
  expect(await readBoth(`${here}/users/${ayse.userId}/permissions`, view)).toEqual([
    [["Marketer", "Viewer"]],
    [["Pazarlamacı", "İzleyici"]],
  ]);
  const holders = ({ items }: { readonly items: readonly Sources[] }) => items.map(roleNames);
  expect(await readBoth(`${here}/permissions/campaigns:view/users?query=demir`, holders)).toEqual([
    [["Marketer", "Viewer"]],
    [["Pazarlamacı", "İzleyici"]],
  ]);
});

test("one's own roles", async () => {
  const read = async (headers: Readonly<Record<string, string>>) => {
    const { organizations } = (await t.as(ayse).get("/me", headers)).json<{
      organizations: { roles: Named[] }[];
    }>();
    return names(organizations[0]?.roles);
  };
  expect([await read({}), await read(turkish)]).toEqual(both);
});

test("invitations, the page of a link, and the email in the language of the invitation", async () => {
  await t.sql("UPDATE organizations SET language = 'tr' WHERE organization_id = $1", [lodos.organizationId]);
  const { id } = await invite(t, lodos, "yeni@x.example", { roles: ["viewer", "marketer"] });
  const token = await getInvitationToken(t, lodos, id);
  type Invitations = { readonly items: readonly { readonly roles: readonly Named[] }[] };
  const roleNames = ({ items }: Invitations) => names(items[0]?.roles)?.sort();
  const sorted = [
    ["Marketer", "Viewer"],
    ["Pazarlamacı", "İzleyici"],
  ];
  expect(await readBoth(`${here}/invitations?query=yeni`, roleNames)).toEqual(sorted);
  const lookUp = async (headers: Readonly<Record<string, string>>) =>
    (await t.anonymous.post("/invitations/lookup", { token }, headers)).json<{
      roles: (Named & { description: string })[];
    }>().roles;
  expect(names(await lookUp({}))).toEqual(["Marketer", "Viewer"]);
  expect((await lookUp(turkish)).map(({ name, description }) => `${name}: ${description}`)).toEqual([
    "Pazarlamacı: Her kanalda kampanya oluşturur ve gönderir; onaylayamaz",
    "İzleyici: Kişisel veriler dışında her şeyi görür; hiçbir şeyi değiştirmez",
  ]);
  await t.drainOutbox();
  const email = t.mailbox.messages.find(({ to }) => to === "yeni@x.example");
  expect(email?.text).toContain("Pazarlamacı: Her kanalda kampanya oluşturur");
  expect(email?.html).toContain("İzleyici");
  expect(email?.text).not.toMatch(/Marketer|Viewer/);
});

test("bulk jobs, the export, and what a new catalogue changes", async () => {
  const job = await asOwner.post(
    `${here}/user-jobs`,
    { action: "add-role", roleId: lodos.roles.developer, users: { ids: [ayse.userId] } },
    turkish,
  );
  expect(job.json(), job.body).toMatchObject({ role: { name: "Geliştirici" } });
  type Jobs = { readonly items: readonly { readonly role?: Named }[] };
  expect(await readBoth(`${here}/user-jobs`, ({ items }: Jobs) => items[0]?.role?.name)).toEqual([
    "Developer",
    "Geliştirici",
  ]);
  expect((await asOwner.get(`${here}/users/export?query=demir`)).body).toContain("Marketer; Viewer");
  expect((await asOwner.get(`${here}/users/export?query=demir&language=tr`)).body).toContain(
    "İzleyici; Pazarlamacı",
  );
  const groups = {
    campaigns: {
      label: "Campaigns",
      actions: { view: {}, approve: { implies: ["view", "edit"] }, edit: {} },
    },
  };
  const preview = await asOwner.put(`${here}/permissions?preview=true`, groups, turkish);
  expect(preview.json<{ roles: { names: string[] } }>().roles.names).toContain("Pazarlamacı");
});
