import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "../accessibility/find-accessibility-problems.ts";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { join } from "../support/join.ts";
import { createKeyCounter } from "../support/key-counter.ts";
import { tabTo } from "../support/keyboard.ts";
import { openWindow, setUp, signIn } from "../support/panel-page.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";

const elifsEmail = "elif@lodos.example";
const newPassword = "rain again, and longer walks";

let browser: Browser;
let server: RunningServer;
let owner: Page;
let elif: Page;

beforeAll(async () => {
  browser = await shareChromium();
  server = await startServer();
  owner = (await openWindow(browser)).page;
  // The owner's page gets no live updates, so that changes conflict on the server.
  await owner.context().route(/\/events(\?|$)/, (route) => route.abort());
  await setUp(owner, server);
  elif = await join(browser, owner, { name: "Elif Demirci", email: elifsEmail, role: "Owner" });
});

afterAll(async () => {
  await closeWindows(browser);
  await server.stop();
});

async function openSettings(page: Page): Promise<void> {
  await page.goto(`${server.url}/settings/organization`);
  await page.getByLabel("Name", { exact: true }).waitFor();
}

async function nameOnServer(page: Page): Promise<string> {
  return page.evaluate<string>(
    "fetch('/api/v1/me').then((answer) => answer.json()).then((me) => me.organizations[0].name)",
  );
}

test("the second of two browsers that save the settings keeps its draft and sees the other's change", async () => {
  await openSettings(owner);
  await openSettings(elif);
  await owner.getByLabel("Name", { exact: true }).fill("Lodos Stores");
  await elif.getByLabel("Name", { exact: true }).fill("Lodos Group");
  await elif.getByLabel(/^Allowed e-mail domains/).fill("lodos.example");
  await elif.keyboard.press("Control+s");
  await elif.getByText("The settings are saved").waitFor();

  await owner.keyboard.press("Control+s");
  const note = owner.getByRole("alert").filter({ hasText: /^Elif Demirci changed the settings/ });
  await note.getByText("The name is now “Lodos Group”. Yours is different.").waitFor();
  await note.getByText("Allowed e-mail domains are now: lodos.example.").waitFor();
  expect(await owner.getByLabel("Name", { exact: true }).inputValue()).toBe("Lodos Stores");
  expect(await nameOnServer(elif)).toBe("Lodos Group");
  await expectAccessible(owner);

  await owner.keyboard.press("Control+s");
  await owner.getByText("The settings are saved").waitFor();
  expect(await nameOnServer(elif)).toBe("Lodos Stores");
});

test("changing the password by keyboard signs out the other browser", async () => {
  const other = (await openWindow(browser)).page;
  await signIn(other, server, { email: elifsEmail, password: "likes long walks in the rain" });
  await elif.goto(`${server.url}/account`);
  await elif.getByLabel("Your name").waitFor();
  await tabTo(elif, elif.getByLabel("Your name"));
  await elif.keyboard.press("End");
  await elif.keyboard.type(" Kaya");
  await elif.keyboard.press("Control+s");
  await elif.getByText("Your name is saved").waitFor();
  expect(await elif.getByLabel("Your name").evaluate((field) => field.matches(":focus"))).toBe(true);

  await tabTo(elif, elif.getByLabel("Current password", { exact: true }));
  await elif.keyboard.type("not my password");
  await tabTo(elif, elif.getByLabel("New password", { exact: true }));
  await elif.keyboard.type(newPassword);
  await elif.keyboard.press("Enter");
  await elif.getByRole("alert").first().waitFor();
  await expectAccessible(elif);
  await tabTo(elif, elif.getByLabel("Current password", { exact: true }));
  await elif.keyboard.press("Control+a");
  await elif.keyboard.type("likes long walks in the rain");
  await elif.keyboard.press("Enter");
  await elif.getByText("Your password is changed and all other devices are signed out").waitFor();
  expect(await other.evaluate("fetch('/api/v1/me').then((answer) => answer.status)")).toBe(401);
  await signIn(other, server, { email: elifsEmail, password: newPassword });
});

test("ends one session and then all others, and chooses language and theme, by keyboard", async () => {
  const others = await Promise.all(["one", "two", "three"].map(async () => (await openWindow(browser)).page));
  for (const page of others) await signIn(page, server, { email: elifsEmail, password: newPassword });
  const statuses = () =>
    Promise.all(others.map((page) => page.evaluate("fetch('/api/v1/me').then((answer) => answer.status)")));
  expect(await statuses()).toEqual([200, 200, 200]);
  await elif.goto(`${server.url}/account`);
  const sessions = elif.getByRole("list", { name: "Your sessions" });
  await sessions.getByRole("listitem").first().waitFor();
  const before = await sessions.getByRole("listitem").count();
  const keys = createKeyCounter(elif);
  await tabTo(elif, sessions.getByRole("button", { name: /^Sign out/ }).first());
  await keys.press("Enter");
  await elif.getByText("The session has ended").waitFor();
  await expect.poll(() => sessions.getByRole("listitem").count()).toBe(before - 1);
  expect((await statuses()).filter((status) => status === 401)).toHaveLength(1);
  await tabTo(elif, elif.getByRole("button", { name: "Sign out other sessions" }));
  await keys.press("Enter");
  await elif.getByText("Your other sessions are signed out").waitFor();
  expect(await statuses()).toEqual([401, 401, 401]);
  expect(keys.count()).toBe(2);

  await tabTo(elif, elif.getByRole("radio", { name: "English" }));
  await keys.press("ArrowRight");
  await elif.getByRole("heading", { level: 1, name: "Hesabım" }).waitFor();
  expect(await elif.evaluate("document.documentElement.lang")).toBe("tr");
  await elif.reload();
  await elif.getByRole("heading", { level: 1, name: "Hesabım" }).waitFor();
  await tabTo(elif, elif.getByRole("radio", { name: "Türkçe" }));
  await keys.press("ArrowLeft");
  await elif.getByRole("heading", { level: 1, name: "My account" }).waitFor();
  await tabTo(elif, elif.getByRole("radio", { name: "System" }));
  await tabTo(elif, elif.getByRole("radio", { name: "Dark" }), "ArrowDown");
  const background = () => elif.evaluate<string>("getComputedStyle(document.body).backgroundColor");
  await expect.poll(async () => Number(/\d+/.exec(await background())?.[0])).toBeLessThan(60);
  await elif.reload();
  await expect.poll(async () => Number(/\d+/.exec(await background())?.[0])).toBeLessThan(60);
});

test("an API key is created by keyboard, shown once, works, and is rejected after revocation", async () => {
  const organization = await owner.evaluate<string>(
    "fetch('/api/v1/me').then((answer) => answer.json()).then((me) => me.organizations[0].id)",
  );
  const statusWith = async (key: string) => {
    const headers = { authorization: `Bearer ${key}` };
    return (await fetch(`${server.url}/api/v1/organizations/${organization}/users`, { headers })).status;
  };
  await owner.goto(`${server.url}/settings/api-keys`);
  const create = owner.getByRole("button", { name: "Create API key" });
  await create.waitFor();
  await tabTo(owner, create);
  await owner.keyboard.press("Enter");
  await owner.getByRole("dialog").getByRole("checkbox").first().waitFor();
  await owner.keyboard.type("Reports, nightly");
  await tabTo(owner, owner.getByRole("dialog").getByRole("checkbox").first());
  await owner.keyboard.press("Space");
  await owner.keyboard.press("Control+Enter");
  const secret = await owner.getByLabel("API key", { exact: true }).inputValue();
  expect(secret).toMatch(/^ghk_/);
  await expectAccessible(owner);
  // The key is valid; at most it lacks this permission.
  expect([200, 403]).toContain(await statusWith(secret));
  await owner.keyboard.press("Escape");
  await owner.getByRole("dialog").waitFor({ state: "detached" });
  expect(await owner.content()).not.toContain(secret);

  const revoke = owner.getByRole("main").getByRole("button", { name: /^Revoke/ });
  await tabTo(owner, revoke);
  await owner.keyboard.press("Enter");
  const question = owner.getByRole("alertdialog");
  await question.getByText("Revoke Reports, nightly?").waitFor();
  await expectAccessible(owner);
  await tabTo(owner, question.getByRole("button", { name: "Revoke key" }));
  await owner.keyboard.press("Enter");
  await owner.getByText("The key Reports, nightly is revoked").waitFor();
  expect(await statusWith(secret)).toBe(401);
});

test("when the response with a key is lost, a second press creates no second key and says what to do", async () => {
  await owner.goto(`${server.url}/settings/api-keys`);
  let lost: string | undefined;
  await owner.route(/\/api-keys$/, async (route) => {
    if (route.request().method() !== "POST" || lost !== undefined) return route.fallback();
    lost = (await (await route.fetch()).json()).secret;
    return route.abort();
  });
  await owner.getByRole("button", { name: "Create API key" }).click();
  const dialog = owner.getByRole("dialog");
  await dialog.getByRole("checkbox").first().check();
  await dialog.getByLabel("Name").fill("Lost on the way");
  await owner.keyboard.press("Control+Enter");
  await dialog.getByText("Gatehouse can’t be reached").waitFor();
  await owner.keyboard.press("Control+Enter");
  await dialog.getByText("The key was created, but it can’t be shown again").waitFor();
  await dialog.getByText("Revoke it in the list, then create another one.").waitFor();
  await expectAccessible(owner);
  expect(lost).toMatch(/^ghk_/);
  expect(await dialog.innerText()).not.toContain(lost);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  const list = owner.getByRole("list", { name: "API keys", exact: true });
  const rows = list.getByRole("listitem").filter({ hasText: "Lost on the way" });
  await rows.first().waitFor();
  expect(await rows.count()).toBe(1);
});
