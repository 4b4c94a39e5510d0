/** Where the title, the focus and the sidebar are after a page has changed; the first page of a new organization; printing. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "../accessibility/find-accessibility-problems.ts";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { openWindow, setUp } from "../support/panel-page.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";

let browser: Browser;
let server: RunningServer;
let context: BrowserContext;
let page: Page;
let errors: readonly string[];

beforeAll(async () => {
  browser = await shareChromium();
  server = await startServer();
  ({ context, page, errors } = await openWindow(browser));
  await setUp(page, server);
});

afterAll(async () => {
  await context.close();
  await closeWindows(browser);
  await server.stop();
});

const olive = () => page.getByRole("link", { name: /Olive Brandt/ });

test("after set-up the title is that of the list, which offers to invite and to import", async () => {
  expect(await page.title()).toBe("Users · Gatehouse");
  await page.getByRole("heading", { name: "You are the only user of Lodos Retail" }).waitFor();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Invite a colleague" }).click();
  await page.getByRole("dialog").getByRole("heading", { name: "Invite user" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Import a list" }).click();
  await page.getByRole("heading", { level: 1, name: "Invite many" }).waitFor();
  await page.goBack();
  await olive().waitFor();
});

test("Back from a user focuses the row that was open", async () => {
  await olive().click();
  await page.getByRole("heading", { level: 1, name: "Olive Brandt" }).waitFor();
  await page.goBack();
  await olive().and(page.locator(":focus")).waitFor();
});

test("an unknown address keeps the sidebar and says so", async () => {
  await page.goto(`${server.url}/users/of/nothing`);
  await page.getByRole("heading", { level: 1, name: "Page not found" }).waitFor();
  expect(await page.title()).toBe("Page not found · Gatehouse");
  await expectAccessible(page);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Users" }).click();
  await olive().waitFor();
});

test("a printed list has no checkboxes, menus or bars", async () => {
  await page.emulateMedia({ media: "print" });
  expect(await page.getByRole("checkbox").count()).toBe(0);
  expect(await page.locator("main button:visible").allInnerTexts()).toEqual(["Name", "Last active"]);
  expect(await olive().isVisible()).toBe(true);
  await page.emulateMedia({ media: "screen" });
  expect(errors).toEqual([]);
});
