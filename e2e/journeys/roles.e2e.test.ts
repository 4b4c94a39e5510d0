import type { RoleView } from "@gatehouse/sdk/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "../accessibility/find-accessibility-problems.ts";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { join } from "../support/join.ts";
import { createKeyCounter } from "../support/key-counter.ts";
import { tabTo } from "../support/keyboard.ts";
import { openWindow, setUp } from "../support/panel-page.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";

let browser: Browser;
let server: RunningServer;
let owner: Page;
let ayse: Page;

beforeAll(async () => {
  browser = await shareChromium();
  server = await startServer();
  owner = (await openWindow(browser)).page;
  // The owner's page gets no live updates, so that changes conflict on the server.
  await owner.context().route(/\/events(\?|$)/, (route) => route.abort());
  await setUp(owner, server);
  await join(browser, owner, { name: "Elif Demirci", email: "elif@lodos.example", role: "Call Center" });
  ayse = await join(browser, owner, { name: "Ayşe Yılmaz", email: "ayse@lodos.example", role: "App Admin" });
});

afterAll(async () => {
  await closeWindows(browser);
  await server.stop();
});

async function roleOnServer(name: string): Promise<RoleView | undefined> {
  const roles = await owner.evaluate<readonly RoleView[]>(`(async () => {
    const ask = async (path) => (await fetch("/api/v1" + path)).json();
    const { organizations } = await ask("/me");
    return (await ask("/organizations/" + organizations[0].id + "/roles?limit=100")).items;
  })()`);
  return roles.find((role) => role.name === name);
}

async function openRole(page: Page, name: string): Promise<void> {
  const role = await roleOnServer(name);
  await page.goto(`${server.url}/roles/${role?.id}`);
  await box(page, "View, Campaigns").waitFor();
}

/** Locates the checkbox of a permission or of a whole group. */
function box(page: Page, name: string) {
  return page.getByRole("checkbox", { name, exact: true });
}

async function isFocused(page: Page, name: string): Promise<void> {
  await expect.poll(() => box(page, name).evaluate((element) => element.matches(":focus"))).toBe(true);
}

test("a role is created by keyboard from the command palette to the last checkbox", async () => {
  await owner.goto(`${server.url}/users`);
  await owner.getByRole("link", { name: /Elif Demirci/ }).waitFor();
  const keys = createKeyCounter(owner);
  await keys.press("Control+k");
  await owner.getByRole("combobox").waitFor();
  await keys.type("new role");
  await owner.getByRole("option", { name: /^New role/ }).waitFor();
  await keys.press("Enter");
  await owner.getByLabel("Name", { exact: true }).waitFor();
  await box(owner, "All of Campaigns").waitFor();
  await expect
    .poll(() => owner.getByLabel("Name", { exact: true }).evaluate((field) => field.matches(":focus")))
    .toBe(true);
  await keys.type("Night shift");
  await keys.press("Tab");
  await keys.type("Answers at night");
  const tabs = await tabTo(owner, box(owner, "All of Campaigns"));
  await keys.press("ArrowDown");
  await isFocused(owner, "View, Campaigns");
  await keys.press("ArrowDown");
  await keys.press("Space");
  await expect.poll(() => box(owner, "View, Campaigns").isChecked()).toBe(true);
  await owner.getByText("via Create", { exact: true }).waitFor();
  await expectAccessible(owner);
  await keys.press("Control+s");
  await owner.getByText("The role Night shift is created").waitFor();
  expect(keys.count() + tabs).toBe(12); // one of them passes the names in other languages
  expect(await roleOnServer("Night shift")).toMatchObject({
    description: "Answers at night",
    permissions: ["campaigns:create"],
    userCount: 0,
  });
});

test("permissions are changed by keyboard for a whole group and for search results, and the review lists them", async () => {
  await openRole(owner, "Night shift");
  await tabTo(owner, box(owner, "All of Campaigns"));
  expect(await box(owner, "All of Campaigns").evaluate((one) => one.matches(":indeterminate"))).toBe(true);
  await owner.keyboard.press("Space");
  await owner.getByText("10/10").waitFor();
  await owner.keyboard.press("Space");
  await owner.getByText("0/10").waitFor();

  await owner.keyboard.press("/");
  await owner.keyboard.type("consent");
  await box(owner, "View, Campaigns").waitFor({ state: "detached" });
  await tabTo(owner, box(owner, "All 2 shown of Consent"));
  await owner.keyboard.press("Space");
  await owner.keyboard.press("Control+s");
  const review = owner.getByRole("dialog", { name: "Review the changes of Night shift" });
  await review.getByText("Nobody’s permissions change today.").waitFor();
  await expectAccessible(owner);
  await owner.keyboard.press("Enter");
  await owner.getByText("The role Night shift is saved").waitFor();
  expect((await roleOnServer("Night shift"))?.permissions.toSorted()).toEqual([
    "consent:edit",
    "consent:view",
  ]);
});

test("the second of two concurrent role editors keeps the draft and sees who saved first", async () => {
  await openRole(owner, "Night shift");
  await openRole(ayse, "Night shift");
  await box(ayse, "Block, Contacts").check();
  await box(owner, "Export, Campaigns").check();
  await ayse.keyboard.press("Control+s");
  await ayse.getByRole("button", { name: "Save role" }).click();
  await ayse.getByText("The role Night shift is saved").waitFor();

  await owner.keyboard.press("Control+s");
  await owner.getByRole("button", { name: "Save role" }).click();
  const review = owner.getByRole("dialog");
  await review.getByText(/^Ayşe Yılmaz changed this role/).waitFor();
  await review.getByText("Granted: Contacts: Block.").waitFor();
  await expectAccessible(owner);
  expect((await roleOnServer("Night shift"))?.permissions).not.toContain("campaigns:export");
  await review.getByRole("button", { name: "Save role" }).click();
  await owner.getByText("The role Night shift is saved").waitFor();
  expect((await roleOnServer("Night shift"))?.permissions.toSorted()).toEqual([
    "campaigns:export",
    "consent:edit",
    "consent:view",
    "contacts:block",
  ]);
});

test("a user can neither grant permissions they lack nor edit a role they hold", async () => {
  await openRole(ayse, "App Admin");
  await ayse.getByText(/You have this role yourself/).waitFor();
  await box(ayse, "View, Campaigns").click({ force: true });
  expect(await ayse.getByRole("region", { name: "Unsaved changes" }).count()).toBe(0);
  await openRole(ayse, "Night shift");
  const beyond = box(ayse, "Edit, Organization");
  await beyond.focus();
  await ayse.keyboard.press("Space");
  expect(await beyond.isChecked()).toBe(false);
  await ayse.getByText("You don’t have it, so you can’t give it").first().waitFor();
});

test("comparing a copied role with its original by keyboard shows the differences", async () => {
  await owner.goto(`${server.url}/roles?q=night`);
  await owner.getByRole("button", { name: "Actions for Night shift" }).waitFor();
  await tabTo(owner, owner.getByRole("button", { name: "Actions for Night shift" }));
  await owner.keyboard.press("Enter");
  await tabTo(owner, owner.getByRole("menuitem", { name: "Duplicate" }), "ArrowDown");
  await owner.keyboard.press("Enter");
  await owner.getByRole("heading", { name: "New role, from Night shift" }).waitFor();
  await box(owner, "All of Campaigns").waitFor();
  await tabTo(owner, box(owner, "All of Campaigns"));
  await owner.keyboard.press("End");
  await owner.keyboard.press("Space");
  await owner.getByText("Taken away", { exact: true }).first().waitFor();
  await owner.keyboard.press("Control+s");
  await owner.getByText("The role Copy of Night shift is created").waitFor();

  const compare = owner.getByRole("link", { name: "Compare", exact: true });
  await tabTo(owner, compare);
  await owner.keyboard.press("Enter");
  await owner.getByRole("button", { name: /Second role/ }).waitFor();
  await tabTo(owner, owner.getByRole("button", { name: /Second role/ }));
  await owner.keyboard.press("Enter");
  await owner.getByRole("listbox").waitFor();
  await owner.keyboard.type("Night");
  await owner.keyboard.press("Enter");
  await owner.getByRole("table", { name: /^Permissions of Copy of Night shift and Night shift/ }).waitFor();
  await expectAccessible(owner);
});

test("deleting an assigned role by keyboard replaces it with another role", async () => {
  await owner.goto(`${server.url}/roles?q=call`);
  const menu = owner.getByRole("button", { name: "Actions for Call Center" });
  await menu.waitFor();
  await tabTo(owner, menu);
  await owner.keyboard.press("Enter");
  await tabTo(owner, owner.getByRole("menuitem", { name: "Delete…" }), "ArrowDown");
  await owner.keyboard.press("Enter");
  const question = owner.getByRole("alertdialog", { name: "Delete Call Center?" });
  await question.getByText(/1 person has it/).waitFor();
  await tabTo(owner, question.getByRole("button", { name: "Delete role" }));
  await owner.keyboard.press("Enter");
  await question.getByText("Choose a replacement role", { exact: true }).waitFor();
  await tabTo(owner, question.getByRole("button", { name: /Replace with/ }));
  await owner.keyboard.press("Enter");
  await owner.getByRole("listbox").waitFor();
  await owner.keyboard.type("Night");
  await owner.keyboard.press("Enter");
  await question.getByText(/^Night shift gives/).waitFor();
  await expectAccessible(owner);
  await tabTo(owner, question.getByRole("button", { name: "Delete role" }));
  await owner.keyboard.press("Enter");
  await owner.getByText("Call Center is deleted. 1 person now has Night shift instead").waitFor();
  expect(await roleOnServer("Call Center")).toBeUndefined();
  expect((await roleOnServer("Night shift"))?.userCount).toBe(1);
});
