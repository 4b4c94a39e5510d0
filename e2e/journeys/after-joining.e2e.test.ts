/** What people see after they have joined, and after they have lost their access. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../packages/server/test/test-database.ts";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { join } from "../support/join.ts";
import { openWindow, setUp } from "../support/panel-page.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";

let browser: Browser;
let database: TestDatabase;
let server: RunningServer;
let owner: Page;

beforeAll(async () => {
  [browser, database] = await Promise.all([shareChromium(), createTestDatabase()]);
  server = await startServer({
    DATABASE_URL: database.url ?? "",
    SECRET_KEY: "a secret key that only tests know, 32+",
  });
  owner = (await openWindow(browser)).page;
  await setUp(owner, server);
});
afterAll(async () => {
  await closeWindows(browser);
  await server.stop();
  await database.close();
});

/** Changes a resource of the organization as the owner. */
async function change(path: string, method: "PATCH" | "DELETE", body?: object): Promise<void> {
  await owner.evaluate(`(async () => {
    const { path, method, body } = ${JSON.stringify({ path, method, body })};
    const { organizations } = await (await fetch("/api/v1/me")).json();
    const url = "/api/v1/organizations/" + organizations[0].id + path;
    const { headers } = await fetch(url);
    const answer = await fetch(url, {
      method,
      headers: { "if-match": headers.get("etag"), "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  })()`);
}

async function readUserId(page: Page): Promise<string> {
  return page.evaluate<string>(
    "fetch('/api/v1/me').then((answer) => answer.json()).then(({ organizations }) => organizations[0].userId)",
  );
}

const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 1 }).waitFor();

test("a person who joins is welcomed and led to the default panel, and on to the others", async () => {
  const [first, second] = ["https://a.lodos.example", "https://b.lodos.example"];
  await change("", "PATCH", { panelOrigins: [first, second], defaultPanelOrigin: second });
  const page = await join(browser, owner, {
    name: "Elif Demirci",
    email: "elif@lodos.example",
    role: "Marketer",
  });
  await heading(page, "Welcome to Lodos Retail");
  expect(await page.title()).toBe("Welcome to Lodos Retail · Gatehouse");
  await page.getByText("Your roles in Lodos Retail: Marketer.").waitFor();
  const links = page.getByRole("main").getByRole("link");
  expect(
    await links.evaluateAll((all) => all.map((link) => [link.textContent, link.getAttribute("href")])),
  ).toEqual([
    ["Open b.lodos.example", second],
    ["Open a.lodos.example", first],
  ]);
  await page.goto(server.url);
  await heading(page, "Lodos Retail");
  await page.getByRole("link", { name: "Open b.lodos.example" }).waitFor();
});

test("a person who joins as a manager can go on to the users", async () => {
  const page = await join(browser, owner, { name: "Mina Kaya", email: "mina@lodos.example", role: "Viewer" });
  await heading(page, "Welcome to Lodos Retail");
  await page.getByRole("link", { name: "Manage users" }).click();
  await heading(page, "Users");
});

test("an owner chooses the default panel in the settings", async () => {
  await change("", "PATCH", {
    panelOrigins: ["https://a.lodos.example", "https://b.lodos.example"],
    defaultPanelOrigin: null,
  });
  await owner.goto(`${server.url}/settings/organization`);
  await owner.getByRole("button", { name: /Panel that people open after joining/ }).click();
  await owner.getByRole("option", { name: "b.lodos.example" }).click();
  await owner.getByRole("button", { name: "Save settings" }).click();
  await owner.getByText("The settings are saved").waitFor();
  const page = await join(browser, owner, { name: "Ada Koç", email: "ada@lodos.example", role: "Marketer" });
  await page.getByRole("main").getByRole("link").first().waitFor();
  expect(await page.getByRole("main").getByRole("link").first().textContent()).toBe("Open b.lodos.example");
});

test("a person without a role is told whom to ask", async () => {
  const page = await join(browser, owner, {
    name: "Nil Ersoy",
    email: "nil@lodos.example",
    role: "Marketer",
  });
  await change(`/users/${await readUserId(page)}`, "PATCH", { roleIds: [] });
  await page.goto(server.url);
  await page.getByRole("heading", { name: "You have no role here yet" }).waitFor();
  const contact = page.getByRole("link", { name: "Ask Olive Brandt (olive@lodos.example)" });
  expect(await contact.getAttribute("href")).toBe("mailto:olive@lodos.example");
});

test.each([
  ["suspended", "Your access is suspended", "Lodos Retail has suspended your access."],
  ["removed", "You no longer have access", "Lodos Retail has removed your access."],
] as const)(
  "a person who is %s while signed in is told so at once, and on the sign-in page",
  async (what, title, text) => {
    const email = `${what}@lodos.example`;
    const page = await join(browser, owner, { name: "Kerem Aydın", email, role: "Viewer" });
    const path = `/users/${await readUserId(page)}`;
    await page.goto(`${server.url}/users`);
    await heading(page, "Users");
    await (what === "suspended" ? change(path, "PATCH", { status: "suspended" }) : change(path, "DELETE"));
    const dialog = page.getByRole("dialog", { name: title });
    await dialog.getByText(text).waitFor();
    await dialog.getByRole("button", { name: "Use another account" }).click();
    await heading(page, "Sign in");
    await page.getByRole("alert").getByText(text).waitFor();

    await page.getByLabel("E-mail").fill("olive@lodos.example");
    await page.getByLabel("Password", { exact: true }).fill("correct horse battery staple");
    await page.getByRole("button", { name: "Sign in" }).click();
    await heading(page, "Users");
  },
);
