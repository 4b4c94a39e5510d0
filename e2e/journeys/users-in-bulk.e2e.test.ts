import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "../accessibility/find-accessibility-problems.ts";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { createKeyCounter } from "../support/key-counter.ts";
import { tabTo } from "../support/keyboard.ts";
import { openWindow, signIn } from "../support/panel-page.ts";
import { type RunningServer, startDemo } from "../support/start-server.ts";

let browser: Browser;
let server: RunningServer;
let page: Page;

beforeAll(async () => {
  browser = await shareChromium();
  server = await startDemo();
  page = (await openWindow(browser)).page;
  await signIn(page, server, { email: "owner@example.test", password: "correct horse battery staple" });
});

afterAll(async () => {
  await closeWindows(browser);
  await server.stop();
});

const boxes = () => page.getByRole("main").locator("tbody input[type=checkbox]");

/** Reads how many users match a query of the list. */
async function countUsers(query: string): Promise<number> {
  return page.evaluate<number>(`(async () => {
    const ask = async (path) => (await fetch("/api/v1" + path)).json();
    const { organizations } = await ask("/me");
    return (await ask("/organizations/" + organizations[0].id + "/users?${query}")).total.count;
  })()`);
}

test("two users get a role by keyboard, and Undo removes it", async () => {
  await page.goto(`${server.url}/users?q=ayse`);
  await boxes().first().waitFor();
  const keys = createKeyCounter(page);
  await keys.press("/");
  await keys.press("ArrowDown");
  await keys.press("Shift+Tab");
  await keys.press("Space");
  await keys.press("ArrowDown");
  await keys.press("Space");
  const bar = page.getByRole("group", { name: "Actions for the selection" });
  await bar.getByText("2 selected").waitFor();
  await expectAccessible(page);
  await keys.press("r");
  const dialog = page.getByRole("dialog", { name: "Add a role to 2 users" });
  await dialog.getByRole("radio").first().waitFor();
  await expectAccessible(page);
  const down = await tabTo(page, dialog.getByRole("radio", { name: "Campaign Approver" }), "ArrowDown");
  await keys.press("Enter");
  await dialog.getByText("2 people get it").waitFor();
  await expectAccessible(page);
  // Approving is sensitive, so a checkbox has to be set as well.
  await keys.press("Enter");
  await dialog.getByText("Confirm this before you continue.").waitFor();
  await keys.press("Space");
  await keys.press("Enter");
  const said = page.getByText(/^Campaign Approver added to 2 users/);
  await said.waitFor();
  expect(keys.count() + down).toBe(12);
  await tabTo(page, page.getByRole("button", { name: "Undo", exact: true }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByText("Undone for 2 users").waitFor();
});

test("Undo survives a reload: the list of bulk changes has it", async () => {
  const dialog = page.getByRole("dialog");
  const jobs = page.getByRole("list", { name: "Bulk changes" });
  await page.goto(`${server.url}/users?q=ayse`);
  await boxes().first().check();
  await page.getByRole("group", { name: "Actions for the selection" }).waitFor();
  await page.keyboard.press("r");
  await dialog.getByRole("radio").first().waitFor();
  await tabTo(page, dialog.getByRole("radio", { name: "Viewer" }), "ArrowDown");
  await page.keyboard.press("Enter");
  await dialog.getByText("1 person gets it").waitFor();
  const confirmation = dialog.getByRole("checkbox");
  if ((await confirmation.count()) > 0) await confirmation.check();
  await dialog.getByRole("button", { name: /^Add/ }).click();
  await page.getByText("Viewer added to 1 user").waitFor();
  await page.goto(`${server.url}/users/changes`);
  await page.reload();
  await jobs.waitFor();
  await expectAccessible(page);
  await jobs.getByRole("button", { name: /^Undo Viewer added to 1 user/ }).click();
  await page.getByText("Undone for 1 user").first().waitFor();
  await jobs.getByText("Undone", { exact: true }).first().waitFor();
});

test("all matching users are suspended in one step, counted by the server, and restored", async () => {
  const matching = await countUsers("query=isil&status=active");
  expect(matching).toBeGreaterThan(1);
  await page.goto(`${server.url}/users?q=isil&status=active`);
  await boxes().first().waitFor();
  await tabTo(page, page.locator("thead input[type=checkbox]"));
  await page.keyboard.press("Space");
  const bar = page.getByRole("group", { name: "Actions for the selection" });
  await bar.waitFor();
  const all = bar.getByRole("button", { name: /^Select all .* matching$/ });
  if ((await all.count()) > 0) {
    await tabTo(page, all, "Shift+Tab");
    await page.keyboard.press("Enter");
  }
  await tabTo(page, bar.getByRole("button", { name: "Suspend" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  const question = page.getByRole("alertdialog");
  await question.getByText(/signed out immediately/).waitFor();
  await expectAccessible(page);
  await tabTo(page, question.getByRole("button", { name: /^Suspend/ }));
  await page.keyboard.press("Enter");
  await page.getByText(/users suspended and signed out$/).waitFor();
  expect(await countUsers("query=isil&status=active")).toBe(0);
  await tabTo(page, page.getByRole("button", { name: "Undo", exact: true }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByText(/^Undone for/).waitFor();
  expect(await countUsers("query=isil&status=active")).toBe(matching);
});

test("the audit log is filtered by keyboard, and the address keeps the filter", async () => {
  await page.goto(`${server.url}/audit`);
  const rows = page.getByRole("main").locator("[data-row-link]");
  await rows.first().waitFor();
  await tabTo(page, rows.first());
  await page.keyboard.press("Enter");
  expect(await rows.first().getAttribute("aria-expanded")).toBe("true");
  await expectAccessible(page);
  const only = page.getByRole("button", { name: /^Only “/ });
  await tabTo(page, only);
  await page.keyboard.press("Enter");
  await page.waitForURL(/[?&]action=/);
  await page.reload();
  await rows.first().waitFor();
  const clear = page.getByRole("button", { name: "Clear filters" });
  await tabTo(page, clear);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.search === "");

  await tabTo(page, page.getByRole("button", { name: /^Export/ }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  await tabTo(page, page.getByRole("menuitem", { name: "As CSV, for a spreadsheet" }), "ArrowDown");
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  expect(download.suggestedFilename()).toMatch(/\.csv$/);
  expect(await readFile(await download.path(), "utf8")).toContain(",Suspended,");
});

test("the command palette opens a user with two key presses and the name", async () => {
  await page.goto(`${server.url}/roles`);
  await page.getByRole("heading", { name: "Roles", level: 1 }).waitFor();
  const keys = createKeyCounter(page);
  await keys.press("Control+k");
  await page.getByRole("combobox").waitFor();
  await keys.type("isil");
  await page.getByRole("option").filter({ hasText: "Işıl" }).first().waitFor();
  await expectAccessible(page);
  await keys.press("Enter");
  await page.waitForURL(/\/users\/[0-9a-f-]{36}/);
  await page.getByRole("heading", { level: 1, name: /Işıl/ }).waitFor();
  expect(keys.count()).toBe(2);
  await page.goBack();
  await page.getByRole("heading", { name: "Roles", level: 1 }).waitFor();
});
