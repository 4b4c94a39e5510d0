/** Every way to accept an invitation in the browser, and what is in the database afterwards. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../packages/server/src/ports/clock.ts";
import { systemIds } from "../../packages/server/src/ports/ids.ts";
import {
  createFactories,
  type Factories,
  type TestOrganization,
} from "../../packages/server/test/factories.ts";
import { createTestDatabase, type TestDatabase } from "../../packages/server/test/test-database.ts";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { openWindow, signIn } from "../support/panel-page.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";

const password = "correct horse battery staple";
let browser: Browser;
let database: TestDatabase;
let server: RunningServer;
let factories: Factories;
let lodos: TestOrganization;
let meltem: TestOrganization;
let key: string;
let count = 0;

beforeAll(async () => {
  [browser, database] = await Promise.all([shareChromium(), createTestDatabase()]);
  await database.sql("UPDATE installation SET setup_at = now()");
  factories = createFactories({ db: database.db, clock: systemClock, ids: systemIds });
  [lodos, meltem] = [await factories.organization("Lodos Retail"), await factories.organization("Meltem")];
  ({ key } = await factories.apiKey(lodos));
  server = await startServer({
    DATABASE_URL: database.url ?? "",
    SECRET_KEY: "a secret key that only tests know, 32+",
    LOG_LEVEL: "trace",
  });
});
afterAll(async () => {
  await closeWindows(browser);
  await server.stop();
  await database.close();
});

/** The address of a person, new in each test. */
let email: string;
beforeEach(() => {
  count += 1;
  email = `elif-${count}@lodos.example`;
});

async function ask<T>(path: string, body?: object): Promise<T> {
  const response = await fetch(`${server.url}/api/v1/organizations/${lodos.organizationId}${path}`, {
    method: body === undefined ? "DELETE" : "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function invite(): Promise<{ readonly id: string; readonly link: string }> {
  const { results } = await ask<{ results: readonly { invitation: { id: string } }[] }>("/invitations", {
    invitations: [{ email, roleIds: [lodos.roles.marketer] }],
    send: false,
  });
  const id = results[0]?.invitation.id ?? "";
  return { id, link: (await ask<{ url: string }>(`/invitations/${id}/link`, {})).url };
}

/** The invitation's state and what the person may do: all that a visit of the page can change. */
async function readState(): Promise<unknown> {
  const [state] = await database.sql(
    `SELECT (SELECT array_agg(status ORDER BY created_at) FROM invitations WHERE email = $1) AS invitations,
       (SELECT array_agg(name) FROM accounts WHERE email = $1) AS accounts,
       (SELECT array_agg(o.name || ': ' || u.name || ' ' || u.status || coalesce(' ' || r.name, '') ORDER BY o.name)
        FROM users u JOIN organizations o USING (organization_id)
        LEFT JOIN user_roles USING (organization_id, user_id) LEFT JOIN roles r USING (organization_id, role_id)
        WHERE u.email = $1) AS users`,
    [email],
  );
  return state;
}

const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 1 }).waitFor();
const hasLeft = (page: Page) => page.waitForURL((url) => url.pathname !== "/accept");

async function openLink(link: string): Promise<{ readonly page: Page; readonly errors: readonly string[] }> {
  const { page, errors } = await openWindow(browser);
  await page.goto(link);
  return { page, errors };
}

const pending = { invitations: ["pending"], accounts: null, users: null };
const joined = (name: string) => ({
  invitations: ["accepted"],
  accounts: [name],
  users: [`Lodos Retail: ${name} active Marketer`],
});

test("a new person joins with a name and a password", async () => {
  const { link } = await invite();
  const { page, errors } = await openLink(link);
  await heading(page, "Join Lodos Retail");
  expect(await readState()).toEqual(pending);
  await page.getByRole("button", { name: "Join and sign in" }).click();
  await page.getByText("Enter your name", { exact: true }).first().waitFor();
  expect(await readState()).toEqual(pending);

  await page.getByLabel("Your name").fill("Elif Demirci");
  await page.getByLabel("Password", { exact: true }).fill("likes long walks in the rain");
  await page.getByRole("button", { name: "Join and sign in" }).click();
  await hasLeft(page);
  expect(await readState()).toEqual(joined("Elif Demirci"));
  expect(errors).toEqual([]);
});

test("a person with an account who is signed out joins with its password", async () => {
  await factories.user(meltem, { name: "Elif Known", email });
  const { link } = await invite();
  const { page, errors } = await openLink(link);
  await page.getByText("You have an account with this address.").waitFor();
  const before = await readState();
  await page.getByLabel("Password", { exact: true }).fill("not the password at all");
  await page.getByRole("button", { name: "Sign in and join" }).click();
  await page.getByText("E-mail or password is wrong").waitFor();
  expect(await readState()).toEqual(before);

  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in and join" }).click();
  await hasLeft(page);
  expect(await readState()).toEqual({
    ...joined("Elif Known"),
    users: ["Lodos Retail: Elif Known active Marketer", "Meltem: Elif Known active"],
  });
  expect(await page.evaluate("localStorage.getItem('gatehouse.organization')")).toBe(lodos.organizationId);
  expect(errors).toEqual([]);
});

test("a person who is signed in joins with one click", async () => {
  await factories.user(meltem, { name: "Elif Known", email });
  const { link } = await invite();
  const { page, errors } = await openWindow(browser);
  await signIn(page, server, { email, password });
  await page.goto(link);
  await page.getByRole("button", { name: "Join Lodos Retail" }).click();
  await hasLeft(page);
  expect(await readState()).toMatchObject({
    invitations: ["accepted"],
    users: ["Lodos Retail: Elif Known active Marketer", "Meltem: Elif Known active"],
  });
  expect(errors).toEqual([]);
});

test("a person who is signed in with another account is told both addresses, and can change the account", async () => {
  const other = await factories.user(meltem, { name: "Kerem Aydın" });
  const { link } = await invite();
  const { page, errors } = await openWindow(browser);
  await signIn(page, server, { email: other.email, password });
  await page.goto(link);
  await heading(page, "This invitation is for another account");
  await page.getByText(`is for ${email}. You are signed in as ${other.email}`).waitFor();
  expect(await readState()).toEqual(pending);

  await page.getByRole("button", { name: "Use another account" }).click();
  await heading(page, "Join Lodos Retail");
  await page.getByLabel("Your name").fill("Elif Demirci");
  await page.getByLabel("Password", { exact: true }).fill("likes long walks in the rain");
  await page.getByRole("button", { name: "Join and sign in" }).click();
  await hasLeft(page);
  expect(await readState()).toEqual(joined("Elif Demirci"));
  expect(errors).toEqual([]);
});

test("a person who signs in with another account in a second tab joins with none of them", async () => {
  const other = await factories.user(meltem, { name: "Kerem Aydın" });
  await factories.user(meltem, { name: "Elif Known", email });
  const { link } = await invite();
  const { page, context } = await openWindow(browser);
  await signIn(page, server, { email, password });
  await page.goto(link);
  await page.getByRole("button", { name: "Join Lodos Retail" }).waitFor();
  const before = await readState();
  await context.clearCookies();
  await signIn(await context.newPage(), server, { email: other.email, password });
  await page.getByRole("button", { name: "Join Lodos Retail" }).click();
  await heading(page, "This invitation is for another account");
  expect(await readState()).toEqual(before);
});

test("an expired link says so and changes nothing", async () => {
  const { id, link } = await invite();
  await database.sql("UPDATE invitations SET expires_at = now() WHERE invitation_id = $1", [id]);
  const { page } = await openLink(link);
  await heading(page, "This invitation has expired");
  expect(await readState()).toEqual(pending);
});

test("a link that expires while its page is open says so and creates no account", async () => {
  const { id, link } = await invite();
  const { page } = await openLink(link);
  await page.getByLabel("Your name").fill("Elif Demirci");
  await page.getByLabel("Password", { exact: true }).fill("likes long walks in the rain");
  await database.sql("UPDATE invitations SET expires_at = now() WHERE invitation_id = $1", [id]);
  await page.getByRole("button", { name: "Join and sign in" }).click();
  await heading(page, "This invitation has expired");
  expect(await readState()).toEqual(pending);
});

test("a revoked link says so and changes nothing", async () => {
  const { id, link } = await invite();
  await ask(`/invitations/${id}`);
  const { page } = await openLink(link);
  await heading(page, "This invitation was revoked");
  expect(await readState()).toEqual({ ...pending, invitations: ["revoked"] });
});

test("a used link leads on: to sign-in when signed out, to the start page when signed in", async () => {
  const { link } = await invite();
  const { page, context } = await openWindow(browser);
  await page.goto(link);
  await page.getByLabel("Your name").fill("Elif Demirci");
  await page.getByLabel("Password", { exact: true }).fill("likes long walks in the rain");
  await page.getByRole("button", { name: "Join and sign in" }).click();
  await hasLeft(page);

  await page.goto(link);
  await heading(page, "This invitation has already been accepted");
  await page.getByText(`You are signed in as ${email}.`).waitFor();
  await page.getByRole("link", { name: "Continue as Elif Demirci" }).click();
  await page.getByText("Marketer").first().waitFor();

  await context.clearCookies();
  await page.goto(link);
  await page.getByText("Sign in with your e-mail and password.").waitFor();
  await page.getByRole("link", { name: "Sign in" }).click();
  await heading(page, "Sign in");
  expect(await readState()).toEqual(joined("Elif Demirci"));
});

test.each([
  ["an encoded #", (link: string) => link.replace("#", "%23")],
  ["an encoded # and a full stop", (link: string) => `${link.replace("#", "%23")}.`],
  ["a full stop at the end", (link: string) => `${link}.`],
  ["a bracket at the end", (link: string) => `${link})`],
])("a link with %s opens, and the address bar shows it as it was sent", async (_what, change) => {
  const { link } = await invite();
  const { page, errors } = await openLink(change(link));
  await heading(page, "Join Lodos Retail");
  await expect.poll(() => page.url()).toBe(link);
  expect(await readState()).toEqual(pending);
  const [, token = ""] = link.split("#");
  expect(server.printed()).not.toContain(token);
  expect(errors).toEqual([]);
});

test("a link that is opened behind an open one replaces it", async () => {
  const { link } = await invite();
  const { page } = await openLink(`${server.url}/accept#0199.1.unknown`);
  await heading(page, "This link doesn’t work");
  await page.goto(link);
  await heading(page, "Join Lodos Retail");
});
