/** What ends a session in one process is known to every other process within a second. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { addAuthenticator, factoryPassword } from "../../../test/second-factors.ts";
import { createApp } from "../../app.ts";
import { createLastUse } from "../../auth/last-use.ts";
import { createDatabase, openPostgres } from "../../db/open.ts";
import { hashToken } from "../../ports/secrets.ts";

let t: TestApp;
/** Servers of the same installation, with their own connections and caches. */
const others: { readonly app: TestApp["app"]; readonly close: () => Promise<void> }[] = [];
let acme: TestOrganization;
let ada: TestUser;
let token: string;
let cookie: string;

beforeAll(async () => {
  t = await createTestApp();
  for (const _ of [1, 2]) {
    const engine = openPostgres(t.url ?? "");
    const db = createDatabase(engine);
    const lastUse = createLastUse({ db, log: t.deps.log });
    const app = await createApp({ ...t.deps, db, lastUse });
    const close = async () => {
      await app.close();
      await lastUse.flush();
      await engine.close();
    };
    others.push({ app, close });
  }
});
afterAll(async () => {
  for (const { close } of others) await close();
  await t.close();
});
beforeEach(async () => {
  await t.sql("DELETE FROM throttles");
  acme = await t.organization();
  ada = await t.user(acme, { roles: ["viewer"] });
  token = await t.session(ada);
  cookie = `gatehouse=${token}`;
  expect(await askOthers()).toEqual([200, 200]);
});

/** The status of the session's next request at each other process. */
async function askOthers(): Promise<readonly number[]> {
  const url = `/api/v1/organizations/${acme.organizationId}/users`;
  const responses = await Promise.all(others.map(({ app }) => app.inject({ url, headers: { cookie } })));
  return responses.map(({ statusCode }) => statusCode);
}

const user = () => `/organizations/${acme.organizationId}/users/${ada.userId}`;
const first = { "if-match": '"1"' };
const asOwner = () => t.as(acme.owner);
/** Another session of the same person. */
const elsewhere = () => t.as(ada);

const endings: Readonly<Record<string, () => Promise<{ readonly statusCode: number }>>> = {
  "the user is suspended": () => asOwner().patch(user(), { status: "suspended" }, first),
  "the user is removed": () => asOwner().delete(user(), first),
  "a manager ends the sessions": () => asOwner().delete(`${user()}/sessions`),
  "the person signs out everywhere": () => elsewhere().delete("/sessions"),
  "the person changes the password": () =>
    elsewhere().post("/me/password", {
      currentPassword: factoryPassword,
      newPassword: "seven green copper gates",
    }),
  "the person signs out": () => t.anonymous.delete("/sessions/current", { cookie, origin: testOrigin }),
  "a manager removes the second factors": async () => {
    await addAuthenticator(t, ada);
    return asOwner().delete(`${user()}/second-factors`);
  },
};

test.each(Object.entries(endings))(
  "when %s, every other process answers its next request with 401",
  async (_, end) => {
    const response = await end();
    expect(response.statusCode).toBeLessThan(300);
    expect(await askOthers()).toEqual([401, 401]);
    expect(await t.sql("SELECT FROM sessions WHERE token_hash = $1", [hashToken(token)])).toEqual([]);
  },
);
