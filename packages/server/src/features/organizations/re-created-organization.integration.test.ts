/** An organization that was deleted and created again, even with the same id, inherits nothing from the first one. */
import type { AuditEvent } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "../../../test/create-test-app.ts";
import { openEventStream } from "../../../test/event-stream-client.ts";
import { createFactories, type TestOrganization, type TestUser } from "../../../test/factories.ts";
import { extractToken, invite, validPassword } from "../../../test/invitations.ts";
import { createPanelBrowser } from "../../../test/panel-browser.ts";
import { systemIds } from "../../ports/ids.ts";

let t: TestApp;
beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());

/** Deletes every row of an organization, as an operator would with the rights of the database's owner. */
async function deleteOrganization({ organizationId }: TestOrganization): Promise<void> {
  const tables = await t.sql(
    `SELECT table_name AS name FROM information_schema.columns
     WHERE column_name = 'organization_id' AND table_schema = 'public'
       AND table_name IN (SELECT relname FROM pg_class WHERE relkind = 'r')`,
  );
  const deletes = tables.map(({ name }) => `DELETE FROM ${name} WHERE organization_id = '${organizationId}'`);
  await t.sql(
    `SET session_replication_role = replica; ${deletes.join("; ")}; RESET session_replication_role`,
  );
}

/** Creates an organization with this id and the same name, and another owner. */
async function createAgain({ organizationId, name }: TestOrganization): Promise<TestOrganization> {
  let isFirst = true;
  const next = () => {
    if (!isFirst) return systemIds.next();
    isFirst = false;
    return organizationId;
  };
  // The names and addresses of these factories begin with the first number again.
  await t.sql("UPDATE accounts SET email = gen_random_uuid() || '@example.test'");
  const factories = createFactories({ ...t.deps, ids: { next } });
  const again = await factories.organization(name);
  expect(again.organizationId).toBe(organizationId);
  return again;
}

/** What people and programs keep of an organization: sessions, keys, links, positions. */
interface Kept {
  readonly person: TestUser;
  readonly key: string;
  readonly link: string;
  readonly position: string;
  readonly browser: ReturnType<typeof createPanelBrowser>;
}

const panel = "https://panel.lodos.example";

const listPanel = ({ organizationId }: TestOrganization) =>
  t.sql("UPDATE organizations SET panel_origins = $2 WHERE organization_id = $1", [organizationId, [panel]]);

async function use(acme: TestOrganization): Promise<Kept> {
  const person = await t.user(acme, { name: "Ada Acar", roles: ["owner"] });
  const here = `/organizations/${acme.organizationId}`;
  const asPerson = t.as(person);
  await listPanel(acme);
  const browser = createPanelBrowser(t, { organizationId: acme.organizationId, origin: panel }, person);
  await browser.signIn();
  expect(await browser.getForwardedUserId()).toBe(person.userId);
  const { id } = await invite(t, acme, "later@lodos.example", { by: asPerson });
  const link = extractToken(
    (await asPerson.post(`${here}/invitations/${id}/link`)).json<{ url: string }>().url,
  );
  await asPerson.post(
    `${here}/roles`,
    { name: "Readers", permissions: ["campaigns:view"] },
    { "idempotency-key": "readers" },
  );
  const { key } = await t.apiKey(acme, { createdBy: person, permissions: null });
  expect((await t.withKey(key).get(`${here}/users`)).statusCode).toBe(200);
  const events = (await asPerson.get(`${here}/audit-events`)).json<{ items: AuditEvent[] }>().items;
  const [newest] = await t.sql(
    "SELECT sequence, hash FROM audit_events WHERE organization_id = $1 ORDER BY sequence DESC LIMIT 1",
    [acme.organizationId],
  );
  expect(events.length).toBeGreaterThan(1);
  return {
    person,
    key,
    link,
    position: `${newest?.["sequence"]}.${newest?.["hash"]}`,
    browser,
  };
}

test("sessions, keys, links, consents and jobs of the first one are worth nothing in the second", async () => {
  const acme = await t.organization("Lodos Retail");
  const here = `/organizations/${acme.organizationId}`;
  const { person, key, link, browser } = await use(acme);
  const asFormer = t.as(person);
  await asFormer.get(`${here}/users`);

  await deleteOrganization(acme);
  const again = await createAgain(acme);
  await listPanel(again);
  const asOwner = t.as(again.owner);

  // People and programs of the first one are unknown.
  expect((await asFormer.get(`${here}/users`)).json()).toMatchObject({ status: 404, code: "not-found" });
  expect((await asFormer.get("/me")).json()).toMatchObject({ organizations: [] });
  expect((await t.withKey(key).get(`${here}/users`)).statusCode).toBe(401);
  expect((await t.anonymous.post("/invitations/lookup", { token: link })).statusCode).toBe(404);
  const accepted = { token: link, name: "Later", password: validPassword };
  expect((await t.anonymous.post("/invitations/accept", accepted)).statusCode).toBe(404);
  expect(await browser.getForwardedUserId()).toBeNull();

  // Nothing of the first one is listed, and its emails are not sent.
  const users = (await asOwner.get(`${here}/users`)).json<{ items: { id: string }[]; total: unknown }>();
  expect(users).toMatchObject({ items: [{ id: again.owner.userId }], total: { count: 1 } });
  expect((await asOwner.get(`${here}/invitations`)).json()).toMatchObject({ items: [] });
  expect((await asOwner.get(`${here}/api-keys`)).json()).toMatchObject({ items: [] });
  const events = (await asOwner.get(`${here}/audit-events`)).json<{ items: AuditEvent[] }>().items;
  expect(events).toEqual([]);
  await t.drainOutbox();
  expect(t.mailbox.messages.filter(({ to }) => to === "later@lodos.example")).toEqual([]);

  // Idempotency keys and consents begin again.
  const created = await asOwner.post(
    `${here}/roles`,
    { name: "Readers", permissions: ["campaigns:view"] },
    { "idempotency-key": "readers" },
  );
  expect(created.statusCode).toBe(201);
  expect(
    await t.sql("SELECT FROM roles WHERE organization_id = $1 AND name = 'Readers'", [acme.organizationId]),
  ).toHaveLength(1);
  const newcomer = createPanelBrowser(t, { organizationId: acme.organizationId, origin: panel }, again.owner);
  await newcomer.startSignIn();
  const asked = await newcomer.requestHandOff(t.as(again.owner), "/", { consent: false });
  expect(asked.json()).toMatchObject({ code: "hand-offs/consent-required" });

  // A person of the first one who joins the second has the roles of the second alone.
  await t.user(again, { sameAccountAs: person, roles: ["viewer"] });
  const me = (await asFormer.get("/me")).json<{ organizations: { roles: { name: string }[] }[] }>();
  expect(me.organizations.flatMap(({ roles }) => roles.map(({ name }) => name))).toEqual(["Viewer"]);
  expect((await asFormer.post(`${here}/roles`, { name: "Above", permissions: [] })).statusCode).toBe(403);
});

test("an event stream with a position of the first one starts again in the second", async () => {
  const acme = await t.organization("Lodos Retail");
  const { position } = await use(acme);
  await deleteOrganization(acme);
  const again = await createAgain(acme);
  const base = await t.app.listen({ port: 0, host: "127.0.0.1" });
  const stream = await openEventStream(
    `${base}/api/v1/organizations/${acme.organizationId}/events?after=${position}`,
    { origin: testOrigin, cookie: `gatehouse=${await t.session(again.owner)}` },
  );
  expect(stream.events.map(({ name }) => name)).toEqual(["reset"]);
  expect(stream.actions()).toEqual([]);
  stream.close();
});
