import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "../accessibility/find-accessibility-problems.ts";
import { tabTo } from "../support/keyboard.ts";
import { type MailedPanel, startMailedPanel } from "../support/mailed-panel.ts";
import { openWindow, setUp } from "../support/panel-page.ts";

let panel: MailedPanel;
let page: Page;

beforeAll(async () => {
  panel = await startMailedPanel();
  ({ page } = await openWindow(panel.browser));
  await setUp(page, panel.server);
  await page.getByRole("button", { name: "Invite user" }).waitFor();
  await inviteByKeyboard("elif@lodos.example, ayse@lodos.example, omar@lodos.example", "Viewer");
  await page.getByRole("dialog").getByText("3 invitations sent", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
});

afterAll(() => panel.stop());

async function inviteByKeyboard(addresses: string, role: string | null): Promise<void> {
  await page.keyboard.press("i");
  const dialog = page.getByRole("dialog", { name: "Invite user" });
  await dialog.waitFor();
  await page.keyboard.type(addresses);
  if (role !== null) {
    const box = dialog.getByRole("checkbox", { name: new RegExp(`^${role}`) });
    await box.waitFor();
    await tabTo(page, box);
    await page.keyboard.press("Space");
  }
  await page.keyboard.press("Control+Enter");
}

const findMenu = (email: string) => page.getByRole("button", { name: `Actions for ${email}` });

/** Opens the menu of a row and chooses an item. */
async function choose(email: string, item: string): Promise<void> {
  await tabTo(page, findMenu(email));
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  await tabTo(page, page.getByRole("menuitem", { name: item }), "ArrowDown");
  await page.keyboard.press("Enter");
}

const strip = (text: string) => page.getByRole("status").getByText(text);

async function openTab(name: string): Promise<void> {
  const tab = page.getByRole("navigation", { name: "Invitations by status" }).getByRole("link", { name });
  await tabTo(page, tab, "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect.poll(() => tab.getAttribute("aria-current")).toBe("page");
}

/** Opens a link as the invited person and waits for the page. */
async function expectBehind(link: string, heading: string): Promise<void> {
  const { context, page: other } = await openWindow(panel.browser);
  await other.goto(link);
  await other.getByRole("heading", { level: 1, name: heading }).waitFor();
  await context.close();
}

test("inviting one person with the last used role takes two key presses", async () => {
  await page.keyboard.press("i");
  await page.keyboard.type("last@lodos.example");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("dialog").getByText("1 invitation sent", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
});

test("a shortcut opens the list, and tabs, sidebar and pager show the same counts", async () => {
  await page.keyboard.press("g");
  await page.keyboard.press("v");
  await page.getByRole("heading", { name: "Invitations", level: 1 }).waitFor();
  await findMenu("elif@lodos.example").waitFor();
  await expect.poll(() => page.getByRole("link", { name: "Pending 4" }).count()).toBe(1);
  await expect.poll(() => page.getByRole("link", { name: "Invitations 4 pending" }).count()).toBe(1);
  expect(await page.getByRole("navigation", { name: "Pages" }).innerText()).toContain("1–4 of 4");
  expect(await page.getByRole("row").count()).toBe(5);
});

test("resending says that the old link stops working, and it does", async () => {
  const before = await panel.readLink("elif@lodos.example");
  await choose("elif@lodos.example", "Send again");
  await strip("An e-mail with a new link is being sent to elif@lodos.example.").waitFor();
  // The email itself is sent a minute after the previous one; the old link stops working immediately.
  await expectBehind(before, "There is a newer invitation");
});

test("a revoked invitation comes back with Undo, link included", async () => {
  const link = await panel.readLink("omar@lodos.example");
  await choose("omar@lodos.example", "Revoke");
  await strip("The invitation for omar@lodos.example is revoked. Its link no longer works.").waitFor();
  await expectBehind(link, "This invitation was revoked");
  await tabTo(page, page.getByRole("button", { name: "Undo" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await strip("omar@lodos.example is invited again. The same link works.").waitFor();
  await findMenu("omar@lodos.example").waitFor();
  await expectBehind(link, "Join Lodos Retail");
});

test("a rejected email appears in the tab Failed with the mail server's message", async () => {
  panel.mail.behavior = { at: "recipient", code: 550, words: "No such mailbox here" };
  await inviteByKeyboard("nobody@lodos.example", null);
  await page.getByRole("dialog").getByText("Not sent", { exact: true }).waitFor();
  panel.mail.behavior = "accept";
  await page.keyboard.press("Escape");
  await openTab("Failed");
  const reason = page.getByRole("button", { name: /No such mailbox here/ });
  await tabTo(page, reason);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: /Mail server response/ }).waitFor();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect.poll(() => reason.evaluate((element) => element.matches(":focus"))).toBe(true);
  await choose("nobody@lodos.example", "Send again");
  await page.getByRole("heading", { name: "No e-mail has failed" }).waitFor();
});

test("a search without results names the other tabs that have some", async () => {
  await page.keyboard.press("/");
  await page.keyboard.type("ayse");
  await page.getByRole("heading", { name: "No failed invitation matches ayse" }).waitFor();
  const elsewhere = page.getByRole("main").getByRole("link", { name: "Pending (1)" });
  await tabTo(page, elsewhere);
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await findMenu("ayse@lodos.example").waitFor();
  expect(page.url()).toBe(`${panel.server.url}/invitations?q=ayse`);
  await page.keyboard.press("/");
  await page.keyboard.press("Escape");
  await findMenu("elif@lodos.example").waitFor();
});

test("revoking a whole page shows a result for each invitation and can be undone", async () => {
  await tabTo(page, page.getByRole("checkbox", { name: "Select every invitation on this page" }));
  await page.keyboard.press("Space");
  await page.getByText("5 selected").waitFor();
  await expectAccessible(page);
  await tabTo(page, page.getByRole("button", { name: "Revoke", exact: true }), "Shift+Tab");
  await page.keyboard.press("Enter");
  const question = page.getByRole("alertdialog", { name: "Revoke 5 invitations?" });
  await question.waitFor();
  await expectAccessible(page);
  await tabTo(page, question.getByRole("button", { name: "Revoke" }));
  await page.keyboard.press("Enter");
  const results = page.getByRole("dialog", { name: "5 invitations revoked" });
  await results.waitFor();
  expect(await results.getByRole("listitem").count()).toBe(5);
  await expectAccessible(page);
  await tabTo(page, results.getByRole("button", { name: "Done" }));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "No invitation is pending" }).waitFor();
  await tabTo(page, page.getByRole("button", { name: "Undo" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  const restored = page.getByRole("dialog", { name: "5 invitations restored" });
  await tabTo(page, restored.getByRole("button", { name: "Done" }));
  await page.keyboard.press("Enter");
  await findMenu("elif@lodos.example").waitFor();
  await expect.poll(() => page.getByRole("link", { name: "Pending 5" }).count()).toBe(1);
});

test("the arrow key moves from the search to the rows, whose details Enter opens and Escape closes", async () => {
  await page.keyboard.press("/");
  await page.keyboard.press("ArrowDown");
  await page.locator("[data-row-link]:focus").waitFor();
  await page.keyboard.press("Enter");
  const details = page.getByRole("dialog");
  await details.getByRole("heading", { name: "History" }).waitFor();
  await details.getByRole("listitem").first().waitFor();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await details.waitFor({ state: "detached" });
  await page.locator("[data-row-link]:focus").waitFor();
});

test("Escape clears the selection and shows the search again", async () => {
  const box = page.getByRole("checkbox", { name: "Select elif@lodos.example" });
  await tabTo(page, box, "Shift+Tab");
  await page.keyboard.press("Space");
  await page.getByText("1 selected").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("searchbox").waitFor();
  expect(await box.isChecked()).toBe(false);
});

test("a user without access to invitations sees which permission is missing", async () => {
  const { context, page: viewer } = await openWindow(panel.browser);
  await viewer.goto(await panel.readLink("ayse@lodos.example"));
  await viewer.getByLabel("Your name").fill("Ayşe Kaya");
  await viewer.getByLabel("Password", { exact: true }).fill("likes long walks in the rain");
  await viewer.getByRole("button", { name: "Join and sign in" }).click();
  await viewer.waitForURL((url) => url.pathname !== "/accept");
  await viewer.goto(`${panel.server.url}/invitations`);
  await viewer.getByText("You need the permission “View invitations”.").waitFor();
  expect(await viewer.getByRole("link", { name: /^Invitations/ }).count()).toBe(0);
  await expectAccessible(viewer);
  await context.close();
});

test("results of a batch update until every email has been sent or has failed", async () => {
  const invite = async (addresses: readonly string[]) => {
    await page.goto(`${panel.server.url}/invitations/new`);
    await page.getByRole("textbox", { name: "People" }).fill(addresses.join("\n"));
    await page.getByRole("checkbox", { name: "Viewer" }).check();
    await page.keyboard.press("Control+Enter");
    await page.getByRole("button", { name: "Send 2 invitations" }).click();
  };
  await invite(["l1@lodos.example", "l2@lodos.example"]);
  await page.getByRole("heading", { name: "2 invitations sent" }).waitFor();
  await page
    .getByRole("listitem")
    .filter({ hasText: /^Sent 2$/ })
    .waitFor();
  panel.mail.behavior = { at: "recipient", code: 550, words: "No such mailbox here" };
  await invite(["l3@lodos.example", "l4@lodos.example"]);
  await page
    .getByRole("listitem")
    .filter({ hasText: /^Not sent 2$/ })
    .waitFor();
  panel.mail.behavior = "accept";
  await expectAccessible(page);
});
