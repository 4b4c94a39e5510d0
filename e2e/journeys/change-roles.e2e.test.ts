import type { MeView } from "@gatehouse/sdk/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "../accessibility/find-accessibility-problems.ts";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { join } from "../support/join.ts";
import { createKeyCounter } from "../support/key-counter.ts";
import { tabTo } from "../support/keyboard.ts";
import { openWindow, setUp, signIn, waitUntilIdle } from "../support/panel-page.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";

let browser: Browser;
let server: RunningServer;
let owner: Page;
let elif: Page;
let ayse: Page;

beforeAll(async () => {
  browser = await shareChromium();
  server = await startServer();
  owner = (await openWindow(browser)).page;
  // The owner's page gets no live updates, so that changes conflict on the server (live.e2e.test.ts tests the updates).
  await owner.context().route(/\/events(\?|$)/, (route) => route.abort());
  await setUp(owner, server);
  elif = await join(browser, owner, { name: "Elif Demirci", email: "elif@lodos.example", role: "Viewer" });
  ayse = await join(browser, owner, { name: "Ayşe Yılmaz", email: "ayse@lodos.example", role: "App Admin" });
});

afterAll(async () => {
  await closeWindows(browser);
  await server.stop();
});

async function readRoles(page: Page): Promise<readonly string[]> {
  const me = await page.evaluate<MeView>("fetch('/api/v1/me').then((answer) => answer.json())");
  return me.organizations[0]?.roles.map(({ name }) => name) ?? [];
}

async function openElif(page: Page): Promise<void> {
  await page.goto(`${server.url}/users?q=elif`);
  await page.getByRole("link", { name: /Elif Demirci/ }).click();
  await page.getByRole("heading", { name: "Elif Demirci", level: 1 }).waitFor();
}

async function save(page: Page, changes: 1 | 2 = 1): Promise<void> {
  await page.keyboard.press("Control+s");
  await page
    .getByRole("button", { name: changes === 1 ? "Save 1 change" : `Save ${changes} changes` })
    .click();
  await page.getByText("The roles of Elif Demirci are saved").waitFor();
}

test("adding a role takes seven key presses and takes effect immediately", async () => {
  await owner.goto(`${server.url}/users`);
  await owner.getByRole("link", { name: /Elif Demirci/ }).waitFor();
  const keys = createKeyCounter(owner);
  await keys.press("/");
  await keys.type("elif");
  await owner.getByText("1 of 3").waitFor();
  await keys.press("ArrowDown");
  await keys.press("Enter");
  await owner.getByRole("button", { name: "Remove Viewer" }).waitFor();
  await keys.press("r");
  await owner.getByRole("dialog").getByText("Call Center", { exact: true }).waitFor();
  await keys.type("call");
  await keys.press("Enter");
  await owner.getByText("Will be added").waitFor();
  expect(await readRoles(elif)).toEqual(["Viewer"]);
  await keys.press("Control+s");
  await owner
    .getByRole("dialog")
    .getByText(/^Gains \d+ permissions$/)
    .waitFor();
  await expectAccessible(owner);
  await keys.press("Enter");
  await owner.getByText("The roles of Elif Demirci are saved").waitFor();
  expect(await readRoles(elif)).toEqual(["Call Center", "Viewer"]);
  expect(keys.count()).toBe(7);
});

test("concurrent edits of a user are merged, and the page says who saved first", async () => {
  await openElif(owner);
  await openElif(ayse);
  await ayse.getByRole("button", { name: "Remove Call Center" }).click();
  await owner.getByRole("button", { name: "Add role" }).click();
  await owner.getByRole("button", { name: /^Marketer/ }).click();

  await save(ayse);
  await owner.keyboard.press("Control+s");
  await owner.getByRole("button", { name: "Save 1 change" }).click();
  const review = owner.getByRole("dialog", { name: "Review 1 change" });
  await review.getByText(/^Ayşe Yılmaz changed these roles/).waitFor();
  await review.getByText("Removed: Call Center.").waitFor();
  expect(await owner.getByText("Removed: Call Center.").count()).toBe(1);
  await expectAccessible(owner);
  expect(await readRoles(elif)).toEqual(["Viewer"]);

  await owner.getByRole("button", { name: "Save 1 change" }).click();
  await owner.getByText("The roles of Elif Demirci are saved").waitFor();
  expect(await readRoles(elif)).toEqual(["Marketer", "Viewer"]);
});

test("conflicting changes of the same role have to be resolved before saving", async () => {
  await openElif(owner);
  await openElif(ayse);
  await owner.getByRole("button", { name: "Remove Marketer" }).click();
  await owner.getByRole("button", { name: "Remove Viewer" }).click();
  await ayse.getByRole("button", { name: "Remove Marketer" }).click();
  await save(ayse);
  await ayse.getByRole("button", { name: "Add role" }).click();
  await ayse.getByRole("button", { name: /^Marketer/ }).click();
  await save(ayse);

  await owner.keyboard.press("Control+s");
  await owner.getByRole("button", { name: "Save 2 changes" }).click();
  const review = owner.getByRole("dialog");
  await review.getByText("Marketer was given again. Remove it anyway?").waitFor();
  expect(await review.getByRole("button", { name: /^Save/ }).count()).toBe(0);
  await expectAccessible(owner);
  expect(await readRoles(elif)).toEqual(["Marketer", "Viewer"]);
  await review.getByRole("button", { name: "Keep Marketer" }).click();
  await review.getByRole("button", { name: "Save 1 change" }).click();
  await owner.getByText("The roles of Elif Demirci are saved").waitFor();
  expect(await readRoles(elif)).toEqual(["Marketer"]);
  await owner.getByRole("button", { name: "Undo", exact: true }).click();
  await owner.getByText("The roles of Elif Demirci are as before").waitFor();
  expect(await readRoles(elif)).toEqual(["Marketer", "Viewer"]);
});

test("one press on a permission lists everybody who holds it, with the roles that grant it", async () => {
  await openElif(owner);
  await owner.getByRole("searchbox", { name: "Search permissions" }).fill("journeys");
  const opener = owner.getByRole("button", { name: "View (Journeys): who can do this?" });
  await opener.press("Enter");
  const answer = owner.getByRole("dialog", { name: "Who can do this?" });
  await answer.getByRole("status").getByText("3 people").waitFor();
  await expectAccessible(owner);
  const rows = await answer.getByRole("listitem").allInnerTexts();
  expect(rows.map((row) => /Owner|App Admin|Marketer|Viewer/.exec(row)?.[0])).toEqual([
    "App Admin",
    "Marketer",
    "Owner",
  ]);
  await owner.keyboard.press("Escape");
  await expect.poll(() => opener.evaluate((button) => button.matches(":focus"))).toBe(true);
  await opener.press("Enter");
  await answer.getByRole("link", { name: /Ayşe Yılmaz/ }).click();
  await owner.getByRole("heading", { name: "Ayşe Yılmaz", level: 1 }).waitFor();
});

test("undoing a save while another change is staged shows no conflict", async () => {
  await openElif(owner);
  await owner.getByRole("button", { name: "Remove Marketer" }).click();
  await owner.keyboard.press("Control+s");
  await owner.getByRole("button", { name: "Save 1 change" }).click();
  await owner.getByText("The roles of Elif Demirci are saved").waitFor();
  await owner.getByRole("button", { name: "Remove Viewer" }).click();
  await owner.getByRole("button", { name: "Undo", exact: true }).click();
  await owner.getByText("The roles of Elif Demirci are as before").waitFor();
  await owner.getByRole("button", { name: "Remove Marketer" }).waitFor();
  await owner.getByText("Will be removed").waitFor();
  expect(await owner.getByText("changed these roles").count()).toBe(0);
  await owner.getByRole("button", { name: "Discard" }).click();
  await owner.getByRole("link", { name: "Users", exact: true }).last().click();
  await owner.getByText("1 of 3").waitFor();
  expect(await owner.getByRole("searchbox").inputValue()).toBe("elif");
});

test("leaving with unsaved changes asks for confirmation, and every tab is accessible", async () => {
  await openElif(owner);
  for (const tab of ["Profile", "Sessions", "Activity", "Access"]) {
    const link = owner.getByRole("link", { name: tab, exact: true });
    await link.click();
    await link.and(owner.locator("[aria-current=page]")).waitFor();
    await waitUntilIdle(owner);
    await expectAccessible(owner);
  }
  await owner.getByRole("button", { name: "Remove Viewer" }).click();
  await owner.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Users" }).click();
  await owner.getByRole("alertdialog").getByRole("button", { name: "Keep editing" }).click();
  await owner.getByText("Will be removed").waitFor();
});

test("unsaved profile fields survive a change of tabs and are saved by keyboard", async () => {
  await openElif(owner);
  await owner.getByRole("link", { name: "Profile", exact: true }).click();
  await owner.getByLabel("Phone").fill("+90 532 000 00 00");
  await owner.getByRole("link", { name: "Activity", exact: true }).click();
  await owner.getByText("Roles changed").first().waitFor();
  await owner.getByRole("link", { name: /^Profile ?, not saved$/ }).click();
  await owner.getByRole("region", { name: "Unsaved changes" }).getByText("1 change").waitFor();
  await expectAccessible(owner);
  await owner.keyboard.press("Control+s");
  await owner.getByText("The profile of Elif Demirci is saved").waitFor();
  expect(await owner.getByRole("region", { name: "Unsaved changes" }).count()).toBe(0);
  await owner.getByRole("link", { name: "Activity", exact: true }).click();
  await owner.getByText("Phone: +90 532 000 00 00").waitFor();
});

test("suspending, restoring and removing by keyboard take effect with the user's next request", async () => {
  await openElif(owner);
  const readStatus = () => elif.evaluate("fetch('/api/v1/me').then((answer) => answer.status)");
  const keys = createKeyCounter(owner);
  const more = owner.getByRole("button", { name: "More actions" });
  const choose = async (item: string) => {
    await tabTo(owner, more);
    await keys.press("Enter");
    await owner.getByRole("menu").waitFor();
    await tabTo(owner, owner.getByRole("menuitem", { name: item }), "ArrowDown");
    await keys.press("Enter");
  };
  await choose("Suspend");
  await owner.getByText("Elif Demirci is suspended and signed out everywhere").waitFor();
  expect(await readStatus()).toBe(401);
  await expectAccessible(owner);
  await tabTo(owner, owner.getByRole("button", { name: "Undo", exact: true }), "Shift+Tab");
  await keys.press("Enter");
  await owner.getByText("Elif Demirci has access again").waitFor();
  await signIn(elif, server, { email: "elif@lodos.example", password: "likes long walks in the rain" });
  expect(await readStatus()).toBe(200);

  await choose("Remove…");
  const question = owner.getByRole("alertdialog", { name: "Remove Elif Demirci?" });
  await question.waitFor();
  await expectAccessible(owner);
  await tabTo(owner, question.getByRole("button", { name: "Remove user" }));
  await keys.press("Enter");
  await owner.getByText("Elif Demirci is removed").waitFor();
  await owner.getByRole("heading", { name: "Users", level: 1 }).waitFor();
  expect(await readStatus()).toBe(401);
  expect(keys.count()).toBe(6);
});
