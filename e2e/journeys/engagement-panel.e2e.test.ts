/** The example panel follows the permissions in Gatehouse, in its buttons and its routes. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "../accessibility/find-accessibility-problems.ts";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { tabTo } from "../support/keyboard.ts";
import { openWindow, signIn } from "../support/panel-page.ts";
import { password, type RunningExample, startExample } from "../support/start-example.ts";

/** Milliseconds from the answer to a save in Gatehouse until the open page shows it. */
const atOnce = 1_000;
const waiting = "Late opening on Friday";

let browser: Browser;
let example: RunningExample;
let owner: Page;
let approver: Page;

beforeAll(async () => {
  browser = await shareChromium();
  example = await startExample();
  owner = await enter("owner", example.gatehouseUrl);
  approver = await enter("approver");
});
afterAll(async () => {
  await closeWindows(browser);
  await example?.stop();
});

/** Signs in at Gatehouse in a new window and opens the panel, or another address. */
async function enter(who: string, address = example.url): Promise<Page> {
  const { page } = await openWindow(browser);
  await signIn(page, { url: example.gatehouseUrl }, { email: `${who}@example.test`, password });
  await page.goto(address);
  return page;
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly version: number;
}

/** Reads the campaigns from the panel's API with the page's cookies. */
async function campaignsSeenBy(page: Page): Promise<readonly Row[]> {
  return (await (await page.context().request.get(`${example.url}/api/campaigns`)).json()).items;
}

/** Sends the request of a button directly. */
async function post(context: BrowserContext, path: string, data: object) {
  const answer = await context.request.post(`${example.url}${path}`, {
    data,
    headers: { origin: example.url },
  });
  return { status: answer.status(), type: answer.headers()["content-type"], body: await answer.json() };
}

async function openWaiting(page: Page): Promise<Row> {
  await page.goto(`${example.url}/campaigns?state=submitted`);
  await page.getByRole("link", { name: waiting }).click();
  await page.getByRole("heading", { name: waiting, level: 1 }).waitFor();
  const row = (await campaignsSeenBy(page)).find(({ name }) => name === waiting);
  if (row === undefined) throw new Error("The example has no campaign that waits.");
  return row;
}

/** Changes the approver's roles in Gatehouse and returns the time of the response. */
async function saveRoles(change: () => Promise<void>): Promise<number> {
  await owner.goto(`${example.gatehouseUrl}/users?q=aylin`);
  await owner.getByRole("link", { name: /Aylin Kaya/ }).click();
  await change();
  await owner.keyboard.press("Control+s");
  const answered = owner.waitForResponse(
    (answer) => answer.request().method() === "PATCH" && !answer.url().includes("preview"),
  );
  await owner.getByRole("button", { name: "Save 1 change" }).click();
  expect((await answered).status()).toBe(200);
  return performance.now();
}

test("redirects to sign-in and returns to the panel after it", async () => {
  const { context, page, errors } = await openWindow(browser);
  await page.goto(example.url);
  const link = page.getByRole("link", { name: /^Sign in with Gatehouse/ });
  await link.waitFor();
  await expectAccessible(page);
  expect(await post(context, "/api/campaigns", {})).toMatchObject({
    status: 401,
    type: "application/problem+json; charset=utf-8",
    body: { code: "auth/required" },
  });
  const opened = context.waitForEvent("page");
  await link.click();
  const signInPage = await opened;
  await signInPage.getByLabel("E-mail").fill("viewer@example.test");
  await signInPage.locator('input[type="password"]').fill(password);
  await signInPage.keyboard.press("Enter");
  await page.getByRole("link", { name: waiting }).waitFor();
  expect(errors).toEqual([]);
  await context.close();
});

test("removing a role removes its button within a second, and the route answers 403", async () => {
  const row = await openWaiting(approver);
  const approve = approver.getByRole("button", { name: "Approve" });
  await approve.waitFor();
  await expectAccessible(approver);
  await approve.focus();
  await approver.evaluate("window.isSamePage = true");

  const savedAt = await saveRoles(() =>
    owner.getByRole("button", { name: "Remove Campaign Approver" }).click(),
  );
  await approve.waitFor({ state: "detached", timeout: atOnce });
  console.log(`the button was gone ${Math.round(performance.now() - savedAt)} ms after the save's answer`);

  const refused = await post(approver.context(), `/api/campaigns/${row.id}/approve`, row);
  expect(refused).toMatchObject({
    status: 403,
    type: expect.stringMatching(/^application\/problem\+json/),
    body: { status: 403, code: "forbidden/permission", permission: "campaigns:approve" },
  });
  expect(await campaignsSeenBy(approver)).toContainEqual(row);
  await approver.getByText("You can no longer: approve or send back (campaigns).").waitFor();
  expect(await approver.getByRole("heading", { level: 1 }).evaluate((h1) => h1.matches(":focus"))).toBe(true);
  await expectAccessible(approver);

  const givenAt = await saveRoles(async () => {
    await owner.getByRole("button", { name: "Add role" }).click();
    await owner.getByRole("button", { name: /^Campaign Approver/ }).click();
  });
  await approve.waitFor({ timeout: atOnce });
  console.log(`and back ${Math.round(performance.now() - givenAt)} ms after the role was given again`);
  expect(await approver.evaluate("window.isSamePage")).toBe(true);
});

test("a viewer sees no buttons, and the routes answer 403 with the missing permission", async () => {
  const viewer = await enter("viewer");
  const row = await openWaiting(viewer);
  expect(await viewer.locator("main button").count()).toBe(0);
  await viewer.goto(`${example.url}/segments`);
  await viewer.getByRole("table").waitFor();
  expect(await viewer.locator("main button").count()).toBe(0);
  const before = await campaignsSeenBy(viewer);
  for (const [path, permission] of [
    ["/api/campaigns", "campaigns:create"],
    [`/api/campaigns/${row.id}/submit`, "campaigns:submit"],
    [`/api/campaigns/${row.id}/approve`, "campaigns:approve"],
    [`/api/campaigns/${row.id}/send-back`, "campaigns:approve"],
    ["/api/segments", "segments:create"],
  ] as const)
    expect(await post(viewer.context(), path, row)).toMatchObject({ status: 403, body: { permission } });
  expect(await campaignsSeenBy(viewer)).toEqual(before);
  await viewer.context().close();
});

test("a campaign is written, submitted and approved by keyboard, and the second approver gets a conflict", async () => {
  const marketer = await enter("marketer");
  await tabTo(marketer, marketer.getByRole("button", { name: "New campaign" }));
  await marketer.keyboard.press("Enter");
  await marketer.getByRole("dialog").waitFor();
  await tabTo(marketer, marketer.getByRole("button", { name: "Save draft" }));
  await marketer.keyboard.press("Enter");
  await marketer.getByText("Enter a name for the campaign.").waitFor();
  await expectAccessible(marketer);
  const name = `<script>alert(1)</script> ${"Ş".repeat(90)}`;
  await marketer.keyboard.type(name);
  await tabTo(marketer, marketer.getByLabel("Segment"));
  await marketer.keyboard.type("Reg");
  await marketer.keyboard.press("Tab");
  await marketer.keyboard.type("A calm sentence.");
  await tabTo(marketer, marketer.getByRole("button", { name: "Save draft" }));
  await marketer.keyboard.press("Enter");
  await marketer.getByRole("heading", { name, level: 1 }).waitFor();
  await expectAccessible(marketer);
  await tabTo(marketer, marketer.getByRole("button", { name: "Submit for approval" }));
  await marketer.keyboard.press("Enter");
  await marketer.getByText("was submitted for approval.").waitFor();

  await approver.goto(`${example.url}/campaigns?state=submitted`);
  await approver.getByRole("link", { name }).click();
  const slower = await enter("approver2");
  await slower.getByRole("link", { name }).click();
  await slower.getByRole("button", { name: "Approve" }).waitFor();
  const row = (await campaignsSeenBy(slower)).find((one) => one.name === name);
  await approver.getByRole("button", { name: "Approve" }).click();
  await approver.getByText("was approved.").waitFor();
  await slower.getByText("Approved", { exact: true }).first().waitFor();
  expect(await slower.getByRole("button", { name: "Approve" }).count()).toBe(0);
  expect(await post(slower.context(), `/api/campaigns/${row?.id}/approve`, row ?? {})).toMatchObject({
    status: 409,
    body: {
      code: "campaigns/decided",
      detail: "Aylin Kaya decided first: the campaign is already approved.",
    },
  });
  await marketer.context().close();
  await slower.context().close();
});

test("an unknown address shows a not-found page with a link", async () => {
  const answer = await approver.goto(`${example.url}/nowhere`);
  expect(answer?.status()).toBe(404);
  await approver.getByRole("heading", { name: "Page not found", level: 1 }).waitFor();
  await expectAccessible(approver);
  await approver.getByRole("link", { name: "Go to the campaigns" }).click();
  await approver.getByRole("link", { name: waiting }).waitFor();
});

test("when Gatehouse is unreachable the buttons disappear, the page says why, and routes answer 503", async () => {
  const row = await openWaiting(approver);
  await approver.getByRole("button", { name: "Approve" }).waitFor();
  await example.killGatehouse();
  const killedAt = performance.now();
  // The maximum staleness of the replica, and some time for the page to receive the event.
  await approver
    .getByText("Gatehouse can’t be reached, so actions are not available.")
    .waitFor({ timeout: 7_000 });
  console.log(`the page knew ${Math.round(performance.now() - killedAt)} ms after Gatehouse was killed`);
  expect(await approver.getByRole("button", { name: "Approve" }).count()).toBe(0);
  await approver.getByRole("heading", { name: waiting, level: 1 }).waitFor();
  await expectAccessible(approver);
  expect(await post(approver.context(), `/api/campaigns/${row.id}/approve`, row)).toMatchObject({
    status: 503,
    body: { code: "gatehouse/unreachable" },
  });
});

test("the open page says when the panel's own server has stopped", async () => {
  expect(await example.stop()).toBe(1); // Gatehouse had ended by itself
  await approver.getByText("The panel’s server doesn’t respond.").waitFor({ timeout: 5_000 });
  expect(await approver.getByRole("button", { name: "Approve" }).count()).toBe(0);
});
