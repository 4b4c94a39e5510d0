import type { MeView } from "@gatehouse/sdk/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "./support/chromium.ts";
import { expectNoBarriers, olive, openWindow, setUp, signIn } from "./support/panel.ts";
import { type RunningServer, startServer } from "./support/start-server.ts";

let browser: Browser;
let server: RunningServer;
let owner: Page;
let elif: Page;

beforeAll(async () => {
  browser = await launchChromium();
  server = await startServer();
  owner = (await openWindow(browser)).page;
  await setUp(owner, server);
  await owner.keyboard.press("i");
  await owner.getByRole("dialog", { name: "Invite user" }).waitFor();
  await owner.keyboard.type("elif@lodos.example");
  await owner.getByRole("checkbox", { name: /^Viewer/ }).check();
  await owner.keyboard.press("Control+Enter");
  await owner.getByRole("button", { name: "Copy link" }).waitFor();
  const link = await owner.evaluate<string>(`(async () => {
    const me = await (await fetch("/api/v1/me")).json();
    const base = "/api/v1/organizations/" + me.organizations[0].id + "/invitations";
    const { items } = await (await fetch(base)).json();
    return (await (await fetch(base + "/" + items[0].id + "/link", { method: "POST" })).json()).url;
  })()`);
  elif = (await openWindow(browser)).page;
  await elif.goto(link);
  await elif.getByLabel("Your name").fill("Elif Demirci");
  await elif.getByLabel("Password", { exact: true }).fill("likes long walks in the rain");
  await elif.getByRole("button", { name: "Join and sign in" }).click();
  await elif.waitForURL((url) => url.pathname !== "/accept");
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

async function rolesOf(page: Page): Promise<readonly string[]> {
  const me = await page.evaluate<MeView>("fetch('/api/v1/me').then((answer) => answer.json())");
  return me.organizations[0]?.roles.map(({ name }) => name) ?? [];
}

async function openElif(page: Page): Promise<void> {
  await page.goto(`${server.url}/users?q=elif`);
  await page.getByRole("link", { name: /Elif Demirci/ }).click();
  await page.getByRole("heading", { name: "Elif Demirci", level: 1 }).waitFor();
}

test("a role is found, given, reviewed and saved by keyboard alone, and is in force at once", async () => {
  await owner.goto(`${server.url}/users`);
  await owner.getByRole("link", { name: /Elif Demirci/ }).waitFor();
  await owner.keyboard.press("/");
  await owner.keyboard.type("elif");
  await owner.getByText("1 of 2").waitFor();
  await owner.keyboard.press("ArrowDown");
  await owner.keyboard.press("Enter");
  await owner.getByRole("button", { name: "Remove Viewer" }).waitFor();
  await owner.keyboard.press("r");
  await owner.getByRole("dialog").getByText("Call Center", { exact: true }).waitFor();
  await owner.keyboard.type("call");
  await owner.keyboard.press("Enter");
  await owner.getByText("Will be added").waitFor();
  expect(await rolesOf(elif)).toEqual(["Viewer"]);
  await owner.keyboard.press("Control+s");
  await owner
    .getByRole("dialog")
    .getByText(/^Gains \d+ permissions$/)
    .waitFor();
  await expectNoBarriers(owner);
  await owner.keyboard.press("Enter");
  await owner.getByText("The roles of Elif Demirci are saved").waitFor();
  expect(await rolesOf(elif)).toEqual(["Call Center", "Viewer"]);
});

test("two people who edit at once lose nothing and overwrite nothing", async () => {
  const { page: second } = await openWindow(browser);
  await signIn(second, server, olive);
  await openElif(owner);
  await openElif(second);
  await owner.getByRole("button", { name: "Remove Call Center" }).click();
  await second.getByRole("button", { name: "Add role" }).click();
  await second.getByRole("button", { name: /^Marketer/ }).click();

  await owner.keyboard.press("Control+s");
  await owner.getByRole("button", { name: "Save 1 change" }).click();
  await owner.getByText("The roles of Elif Demirci are saved").waitFor();
  await second.keyboard.press("Control+s");
  await second.getByRole("button", { name: "Save 1 change" }).click();
  const review = second.getByRole("dialog", { name: "Review 1 change" });
  await review.getByText("You changed these roles in another window").waitFor();
  await review.getByText("Removed: Call Center.").waitFor();
  await expectNoBarriers(second);
  expect(await rolesOf(elif)).toEqual(["Viewer"]);

  await second.getByRole("button", { name: "Save 1 change" }).click();
  await second.getByText("The roles of Elif Demirci are saved").waitFor();
  expect(await rolesOf(elif)).toEqual(["Marketer", "Viewer"]);
});

test("undoing a save while the next change is staged is nobody else's change", async () => {
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
  await owner.getByText("1 of 2").waitFor();
  expect(await owner.getByRole("searchbox").inputValue()).toBe("elif");
});

test("leaving with staged changes asks, and no tab has a barrier", async () => {
  await openElif(owner);
  for (const tab of ["Profile", "Sessions", "Activity", "Access"]) {
    await owner.getByRole("link", { name: tab, exact: true }).click();
    await owner.waitForLoadState("networkidle");
    await expectNoBarriers(owner);
  }
  await owner.getByRole("button", { name: "Remove Viewer" }).click();
  await owner.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Users" }).click();
  await owner.getByRole("alertdialog").getByRole("button", { name: "Keep editing" }).click();
  await owner.getByText("Will be removed").waitFor();
});

test("a suspended person is out with the next request", async () => {
  await openElif(owner);
  await owner.getByRole("button", { name: "More actions" }).click();
  await owner.getByRole("menuitem", { name: "Suspend" }).click();
  await owner.getByText("Elif Demirci is suspended and signed out everywhere").waitFor();
  expect(await elif.evaluate("fetch('/api/v1/me').then((answer) => answer.status)")).toBe(401);
});
