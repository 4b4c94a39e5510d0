/** What the panel does when it can't load its own files, when the server can't be reached, and while a browser translates it. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { openWindow, setUp, signIn } from "../support/panel-page.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";

const olive = { email: "olive@lodos.example", password: "correct horse battery staple" };

let browser: Browser;
let server: RunningServer;

beforeAll(async () => {
  browser = await shareChromium();
  server = await startServer();
  const { context, page } = await openWindow(browser);
  await setUp(page, server);
  await context.close();
});

afterAll(async () => {
  await closeWindows(browser);
  await server.stop();
});

/** Opens the list of users as the owner. */
async function openUsers() {
  const window = await openWindow(browser);
  await signIn(window.page, server, olive);
  await heading(window.page, "Users").waitFor();
  return window;
}

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });
/** Opens a page of the sidebar. The name of a link may end with a number. */
const open = (page: Page, name: string) =>
  page
    .getByRole("navigation")
    .first()
    .getByRole("link", { name: new RegExp(`^${name}`) })
    .click();

test("the dialog to invite says that it can't be loaded, and opens when the connection is back", async () => {
  const { context, page, errors } = await openWindow(browser);
  const dialogModule = /\/invite-dialog-[^/]*\.js$/;
  const failed = page.waitForEvent("requestfailed", (request) => dialogModule.test(request.url()));
  await page.route(dialogModule, (route) => route.abort());
  await signIn(page, server, olive);
  await heading(page, "Users").waitFor();
  await failed; // while the page was idle
  await page.keyboard.press("i");
  await page.getByText(/could not be loaded|can’t be reached/).waitFor();
  await page.unroute(dialogModule);
  await page.keyboard.press("i");
  await page.getByRole("dialog", { name: "Invite" }).waitFor();
  expect(errors).toEqual([]);
  await context.close();
});

test("a page opened without a connection says so, and opens by itself when the connection is back", async () => {
  const { context, page, errors } = await openUsers();
  await context.setOffline(true);
  await open(page, "Roles");
  await page.getByRole("alert").getByText("Gatehouse can’t be reached").waitFor();
  expect(await page.getByRole("navigation").first().isVisible()).toBe(true);
  await context.setOffline(false);
  await heading(page, "Roles").waitFor();
  expect(errors).toEqual([]);
  await context.close();
});

test("after an upgrade a page whose file is gone is reloaded once with the new version", async () => {
  const { context, page } = await openUsers();
  let reloads = 0;
  page.on("request", (request) => {
    if (request.isNavigationRequest()) reloads += 1;
  });
  await page.route("**/assets/roles*.js", (route) => route.fulfill({ status: 404 }));
  // What `fetch` reads is the page of the new build.
  await page.route(`${server.url}/`, (route) =>
    route.fulfill({
      contentType: "text/html",
      body: '<script type="module" src="/assets/index-new.js"></script>',
    }),
  );
  await open(page, "Roles");
  await page.getByRole("alert").getByText("Gatehouse was updated").waitFor();
  await page.getByRole("button", { name: "Reload the page" }).waitFor();
  expect(reloads).toBe(1);

  await page.unrouteAll();
  await page.getByRole("button", { name: "Reload the page" }).click();
  await heading(page, "Roles").waitFor();
  await context.close();
});

test("a review without a connection says so, and “Try again” leads to the save button", async () => {
  const { context, page } = await openUsers();
  await page.goto(`${server.url}/roles/new`);
  await page.getByRole("textbox", { name: "Name" }).fill("Helpers");
  await page.keyboard.press("Control+s");
  await page.getByText("The role Helpers is created").waitFor();
  await page
    .getByRole("checkbox", { name: /^View, / })
    .first()
    .check({ force: true });
  await page.route("**/roles/*?preview=true", (route) => route.abort());
  await page.keyboard.press("Control+s");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Gatehouse can’t be reached").waitFor();
  expect(await dialog.locator("[aria-busy=true]").count()).toBe(0);
  expect(await dialog.getByRole("button", { name: "Save role" }).count()).toBe(0);

  await page.unrouteAll();
  await dialog.getByRole("button", { name: "Try again" }).click();
  await dialog.getByRole("button", { name: "Save role" }).and(page.locator(":focus")).waitFor();
  await context.close();
});

/** Replaces each text as a browser does that translates the page. */
const translate = (page: Page) =>
  page.evaluate(`(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      if (!text.data.trim() || /SCRIPT|STYLE/.test(text.parentNode.nodeName)) continue;
      const translated = document.createElement("font");
      translated.textContent = text.data;
      text.replaceWith(translated);
    }
  })()`);

test("a translated panel searches, invites and rejects a wrong password", async () => {
  const { context, page, errors } = await openUsers();
  await translate(page);
  await page.keyboard.press("/");
  await page.keyboard.type("nobody like that");
  await page.getByText("Nobody matches nobody like that").waitFor();
  await translate(page);
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: /Olive Brandt/ }).waitFor();

  await page.getByRole("button", { name: /Invite user/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("checkbox", { name: /Viewer/ }).waitFor();
  await translate(page);
  await page.keyboard.type("ada@lodos.example");
  await dialog.getByRole("checkbox", { name: /Viewer/ }).check({ force: true });
  await translate(page);
  await page.keyboard.press("Control+Enter");
  await dialog.getByRole("button", { name: /Copy link/ }).waitFor();
  await translate(page);
  await dialog.getByRole("button", { name: "Done" }).click();
  await open(page, "Invitations");
  await page.getByRole("rowheader", { name: "ada@lodos.example" }).waitFor();

  await context.clearCookies();
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel("E-mail").waitFor();
  await translate(page);
  await page.getByLabel("E-mail").fill(olive.email);
  await page.locator("input[type=password]").fill("not the password");
  await page.keyboard.press("Enter");
  await page.getByText("E-mail or password is wrong").waitFor();
  await translate(page);
  await page.locator("input[type=password]").fill(olive.password);
  await page.keyboard.press("Enter");
  await heading(page, "Users").waitFor();
  expect(errors).toEqual([]);
  await context.close();
});
