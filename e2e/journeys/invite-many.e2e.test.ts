import { readFile } from "node:fs/promises";
import type { InvitationCounts, MeView } from "@gatehouse/sdk/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "../accessibility/find-accessibility-problems.ts";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { tabTo } from "../support/keyboard.ts";
import { openWindow, setUp } from "../support/panel-page.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";

let browser: Browser;
let server: RunningServer;
let page: Page;
let errors: readonly string[];

beforeAll(async () => {
  browser = await shareChromium();
  server = await startServer();
  ({ page, errors } = await openWindow(browser));
  await setUp(page, server);
});

afterAll(async () => {
  await closeWindows(browser);
  await server.stop();
});

const list = () => page.getByRole("textbox", { name: "People" });
const heading = (name: string) => page.getByRole("heading", { level: 2, name });
const rows = () => page.getByRole("main").getByRole("listitem");

async function open(): Promise<void> {
  await page.goto(`${server.url}/invitations/new`);
  await list().or(heading("This list is not finished")).waitFor();
}

const titles = "E-mail,Name,Roles";
const people = (count: number) =>
  Array.from({ length: count }, (_, index) => `p${index}@lodos.example,Person ${index},Viewer`);

/** Reads from the API with the page's own session, below its organization. */
async function read<T>(path: string): Promise<T> {
  const me: MeView = await (await page.request.get(`${server.url}/api/v1/me`)).json();
  const answer = await page.request.get(
    `${server.url}/api/v1/organizations/${me.organizations[0]?.id}/${path}`,
  );
  expect(answer.status()).toBe(200);
  return answer.json();
}

async function pendingCount(): Promise<number> {
  return (await read<InvitationCounts>("invitations/counts")).pending.count;
}

test("a pasted table is validated row by row without inviting anybody", async () => {
  await open();
  await tabTo(page, list());
  await page.keyboard.insertText(
    [
      "E-mail;Name;Roles",
      "ayse@lodos.example;Ayşe Yılmaz;Viewer, Marketer",
      "AYSE@lodos.example;;Viewer",
      "elif@lodos;;Viewer",
      "omar@lodos.example;;Emperor",
      "olive@lodos.example;;Viewer",
    ].join("\n"),
  );
  await page.keyboard.press("Control+Enter");
  await heading("1 person can be invited").waitFor();
  await expectAccessible(page);
  const text = await page.getByRole("list", { name: "People in the list" }).innerText();
  for (const words of [
    "The address is also in a row above; that row is used.",
    "elif@lodos has no domain ending such as .com",
    "There is no role “Emperor”.",
    "This person already has access.",
    "Viewer, Marketer",
  ])
    expect(text).toContain(words);
  expect(await pendingCount()).toBe(0);
});

test("the page for lists takes over what was typed in the dialog", async () => {
  const { context, page: other } = await openWindow(browser);
  await context.addCookies(await page.context().cookies());
  await other.goto(`${server.url}/invitations`);
  await other.getByRole("link", { name: "Invite many" }).waitFor();
  await other.keyboard.press("i");
  await other.getByRole("dialog").waitFor();
  await other.keyboard.type("Ada Lovelace <ada@lodos.example>, omar@lod");
  await other.getByRole("link", { name: "Invite many from a list or a file" }).click();
  const field = other.getByRole("textbox", { name: "People" });
  await expect.poll(() => field.inputValue()).toBe("Ada Lovelace <ada@lodos.example>\nomar@lod");
  await context.close();
});

test("the downloaded file of failed rows can be corrected and uploaded again", async () => {
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download failures" }).click();
  const file = await readFile(await (await saving).path(), "utf8");
  await page.getByRole("button", { name: "Back to the list" }).click();
  await page.getByLabel("List of people").setInputFiles({
    name: "again.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(file.replace("Emperor", "Viewer")),
  });
  await page.getByRole("button", { name: "Check 4 people" }).click();
  // The duplicate is now the only row with this address.
  await heading("2 people can be invited").waitFor();
});

test("1,000 rows from a file get a result each, and leaving half-way creates no duplicates", async () => {
  // Roles that are still loading are not reported as unknown.
  const { promise: isPressed, resolve: press } = Promise.withResolvers<void>();
  await page.route(/\/roles\?/, async (route) => {
    await isPressed;
    await route.continue();
  });
  await page.goto(`${server.url}/invitations/new`);
  const file = {
    name: "people.csv",
    mimeType: "text/csv",
    buffer: Buffer.from([titles, ...people(1000)].join("\r\n")),
  };
  await page.getByLabel("List of people").setInputFiles(file);
  await page.getByText("1,000 people found").waitFor();
  await page.getByRole("textbox", { name: "People" }).press("Control+Enter");
  press();
  await heading("1,000 people can be invited").waitFor();

  // The third part reaches the server, but its answer never reaches the page, which then goes away.
  let parts = 0;
  await page.route("**/invitations", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    parts += 1;
    if (parts < 3) return route.continue();
    await route.fetch();
    return route.abort();
  });
  await page.getByRole("button", { name: "Create 1,000 invitations" }).click();
  await page.getByText("200 of 1,000").waitFor();
  await page.getByRole("button", { name: "Try again" }).waitFor();
  await page.unroute("**/invitations");
  expect(await pendingCount()).toBe(300);
  await open();
  await heading("This list is not finished").waitFor();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Continue" }).click();
  await heading("1,000 invitations created").waitFor({ timeout: 60_000 });
  await expectAccessible(page);
  await page.getByRole("button", { name: "Show 900 more" }).click();
  expect(await rows().count()).toBe(1000);
  expect(await pendingCount()).toBe(1000);
  const replaced = await read<{ items: unknown[] }>("audit-events?action=invitations.replaced");
  expect(replaced.items).toEqual([]);
});

test("invalid, too many and too large inputs show an error message", async () => {
  await page.getByRole("button", { name: "Invite more" }).click();
  const choose = (name: string, buffer: Buffer) =>
    page.getByLabel("List of people").setInputFiles({ name, mimeType: "text/csv", buffer });
  await choose("people.xlsx", Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 255]));
  await page.getByRole("status").getByText("This is not a text file.").waitFor();
  await choose("many.csv", Buffer.from(people(1001).join("\n")));
  await page.getByRole("status").getByText("The list has 1,001 people").waitFor();
  await page.getByRole("button", { name: "Check the list" }).click();
  await page
    .getByRole("alert")
    .getByRole("link", { name: /The list has 1,001 people/ })
    .waitFor();
  await choose("huge.csv", Buffer.alloc(5 * 1024 * 1024 + 1, "x"));
  await page.getByText("huge.csv is larger than 5 MB.").waitFor();
  expect(errors).toEqual([]);
});
