import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MailServer, startMailServer } from "../packages/server/test/start-mail-server.ts";
import { launchChromium } from "./support/chromium.ts";
import { tabTo } from "./support/keyboard.ts";
import { expectNoBarriers, openWindow, setUp } from "./support/panel.ts";
import { type RunningServer, startServer } from "./support/start-server.ts";

let browser: Browser;
let mail: MailServer;
let server: RunningServer;
let page: Page;

beforeAll(async () => {
  browser = await launchChromium();
  mail = await startMailServer();
  server = await startServer({ SMTP_URL: mail.url });
  ({ page } = await openWindow(browser));
  await setUp(page, server);
  await page.getByRole("button", { name: "Invite user" }).waitFor();
  await inviteByKeyboard("elif@lodos.example, ayse@lodos.example, omar@lodos.example", "Viewer");
  await page.getByRole("dialog").getByText("3 invitations sent", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
});

afterAll(async () => {
  await browser.close();
  await server.stop();
  await mail.close();
});

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

const menuOf = (email: string) => page.getByRole("button", { name: `Actions for ${email}` });

/** Opens the menu of a row and takes an item of it. */
async function choose(email: string, item: string): Promise<void> {
  await tabTo(page, menuOf(email));
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  await tabTo(page, page.getByRole("menuitem", { name: item }), "ArrowDown");
  await page.keyboard.press("Enter");
}

const strip = (text: string) => page.getByRole("status").getByText(text);

async function openTab(name: string): Promise<void> {
  const tab = page.getByRole("navigation", { name: "Kinds of invitation" }).getByRole("link", { name });
  await tabTo(page, tab, "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect.poll(() => tab.getAttribute("aria-current")).toBe("page");
}

async function linkMailedTo(address: string): Promise<string> {
  const received = mail.accepted().findLast(({ recipients }) => recipients.includes(address));
  const link = /http:\S+\/accept#\S+/.exec(received?.mail.text ?? "")?.[0];
  if (link === undefined) throw new Error(`The mail to ${address} has no link.`);
  return link;
}

/** Opens a link as somebody who was invited would, and waits for what its page says. */
async function expectBehind(link: string, heading: string): Promise<void> {
  const { context, page: other } = await openWindow(browser);
  await other.goto(link);
  await other.getByRole("heading", { level: 1, name: heading }).waitFor();
  await context.close();
}

test("one person with the last role takes two presses and the text", async () => {
  await page.keyboard.press("i");
  await page.keyboard.type("last@lodos.example");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("dialog").getByText("1 invitation sent", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
});

test("the key leads to the list, whose counts are those of the tabs, the sidebar and the pager", async () => {
  await page.keyboard.press("g");
  await page.keyboard.press("v");
  await page.getByRole("heading", { name: "Invitations", level: 1 }).waitFor();
  await menuOf("elif@lodos.example").waitFor();
  await expect.poll(() => page.getByRole("link", { name: "Pending 4" }).count()).toBe(1);
  await expect.poll(() => page.getByRole("link", { name: "Invitations 4 pending" }).count()).toBe(1);
  expect(await page.getByRole("navigation", { name: "Pages" }).innerText()).toContain("1–4 of 4");
  expect(await page.getByRole("row").count()).toBe(5);
});

test("sending again says that the old link died, and it did", async () => {
  const before = await linkMailedTo("elif@lodos.example");
  await choose("elif@lodos.example", "Send again");
  await strip("A mail with a new link is on its way to elif@lodos.example.").waitFor();
  // The mail itself waits until a minute has gone by since the one before; the old link is dead at once.
  await expectBehind(before, "There is a newer invitation");
});

test("a revoked invitation comes back with Undo, link included", async () => {
  const link = await linkMailedTo("omar@lodos.example");
  await choose("omar@lodos.example", "Revoke");
  await strip("The invitation of omar@lodos.example is revoked; its link no longer works.").waitFor();
  await expectBehind(link, "This invitation was withdrawn");
  await tabTo(page, page.getByRole("button", { name: "Undo" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await strip("omar@lodos.example is invited as before; the same link works again.").waitFor();
  await menuOf("omar@lodos.example").waitFor();
  await expectBehind(link, "Join Lodos Retail");
});

test("a mail that was refused is in the tab of the failed ones, with the server's words", async () => {
  mail.conduct = { at: "recipient", code: 550, words: "No such mailbox here" };
  await inviteByKeyboard("nobody@lodos.example", null);
  await page.getByRole("dialog").getByText("Not sent", { exact: true }).waitFor();
  mail.conduct = "accept";
  await page.keyboard.press("Escape");
  await openTab("Failed");
  const reason = page.getByRole("button", { name: /No such mailbox here/ });
  await tabTo(page, reason);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: /What the mail server said/ }).waitFor();
  await expectNoBarriers(page);
  await page.keyboard.press("Escape");
  await expect.poll(() => reason.evaluate((element) => element.matches(":focus"))).toBe(true);
  await choose("nobody@lodos.example", "Send again");
  await page.getByRole("heading", { name: "No mail has failed" }).waitFor();
});

test("a search says in which other tab it finds something", async () => {
  await page.keyboard.press("/");
  await page.keyboard.type("ayse");
  await page.getByRole("heading", { name: "No failed invitation matches ayse" }).waitFor();
  const elsewhere = page.getByRole("main").getByRole("link", { name: "Pending (1)" });
  await tabTo(page, elsewhere);
  await expectNoBarriers(page);
  await page.keyboard.press("Enter");
  await menuOf("ayse@lodos.example").waitFor();
  expect(page.url()).toBe(`${server.url}/invitations?q=ayse`);
  await page.keyboard.press("/");
  await page.keyboard.press("Escape");
  await menuOf("elif@lodos.example").waitFor();
});

test("all of a page are revoked at once with a result for each, and brought back", async () => {
  await tabTo(page, page.getByRole("checkbox", { name: "Select every invitation on this page" }));
  await page.keyboard.press("Space");
  await page.getByText("5 selected").waitFor();
  await expectNoBarriers(page);
  await tabTo(page, page.getByRole("button", { name: "Revoke", exact: true }), "Shift+Tab");
  await page.keyboard.press("Enter");
  const question = page.getByRole("alertdialog", { name: "Revoke 5 invitations?" });
  await question.waitFor();
  await expectNoBarriers(page);
  await tabTo(page, question.getByRole("button", { name: "Revoke" }));
  await page.keyboard.press("Enter");
  const results = page.getByRole("dialog", { name: "5 invitations revoked" });
  await results.waitFor();
  expect(await results.getByRole("listitem").count()).toBe(5);
  await expectNoBarriers(page);
  await tabTo(page, results.getByRole("button", { name: "Done" }));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "No invitation is pending" }).waitFor();
  await tabTo(page, page.getByRole("button", { name: "Undo" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  const restored = page.getByRole("dialog", { name: "5 invitations restored" });
  await tabTo(page, restored.getByRole("button", { name: "Done" }));
  await page.keyboard.press("Enter");
  await menuOf("elif@lodos.example").waitFor();
  await expect.poll(() => page.getByRole("link", { name: "Pending 5" }).count()).toBe(1);
});

test("Escape clears what is selected and brings the search back", async () => {
  const box = page.getByRole("checkbox", { name: "Select elif@lodos.example" });
  await page.keyboard.press("/");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Space");
  await page.getByText("1 selected").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("searchbox").waitFor();
  expect(await box.isChecked()).toBe(false);
});

test("whoever may not see invitations is told which permission is missing", async () => {
  const { context, page: viewer } = await openWindow(browser);
  await viewer.goto(await linkMailedTo("ayse@lodos.example"));
  await viewer.getByLabel("Your name").fill("Ayşe Kaya");
  await viewer.getByLabel("Password", { exact: true }).fill("likes long walks in the rain");
  await viewer.getByRole("button", { name: "Join and sign in" }).click();
  await viewer.waitForURL((url) => url.pathname !== "/accept");
  await viewer.goto(`${server.url}/invitations`);
  await viewer.getByText("It needs “View invitations”.").waitFor();
  expect(await viewer.getByRole("link", { name: /^Invitations/ }).count()).toBe(0);
  await expectNoBarriers(viewer);
  await context.close();
});

test("the results of a list follow its mails until the mail server has spoken about each", async () => {
  const invite = async (addresses: readonly string[]) => {
    await page.goto(`${server.url}/invitations/new`);
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
  mail.conduct = { at: "recipient", code: 550, words: "No such mailbox here" };
  await invite(["l3@lodos.example", "l4@lodos.example"]);
  await page
    .getByRole("listitem")
    .filter({ hasText: /^Not sent 2$/ })
    .waitFor();
  mail.conduct = "accept";
  await expectNoBarriers(page);
});
