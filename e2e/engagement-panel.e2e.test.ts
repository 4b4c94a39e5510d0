/** A panel that somebody else wrote obeys Gatehouse: what is taken away there is gone here, button and route. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "./support/chromium.ts";
import { tabTo } from "./support/keyboard.ts";
import { expectNoBarriers, openWindow, signIn } from "./support/panel.ts";
import { password, type RunningExample, startExample } from "./support/start-example.ts";

/** Milliseconds from the answer to a save in Gatehouse until the open page shows it. */
const atOnce = 1_000;
const waiting = "Late opening on Friday";

let browser: Browser;
let example: RunningExample;
let owner: Page;
let approver: Page;

beforeAll(async () => {
  browser = await launchChromium();
  example = await startExample();
  owner = await enter("owner", example.gatehouseUrl);
  approver = await enter("approver");
});
afterAll(async () => {
  await browser?.close();
  await example?.stop();
});

/** Signs in at Gatehouse in a window of their own, and opens the panel, or what is named. */
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

/** What the panel's database has, as somebody sees who may. */
async function campaignsSeenBy(page: Page): Promise<readonly Row[]> {
  return (await (await page.context().request.get(`${example.url}/api/campaigns`)).json()).items;
}

/** The request of a button, without the button. */
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

/** Changes the approver's roles in Gatehouse's own panel, and answers when the save was answered. */
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

test("whoever isn't signed in is led to the sign-in, and let in from there without a press", async () => {
  const { context, page, faults } = await openWindow(browser);
  await page.goto(example.url);
  const link = page.getByRole("link", { name: /^Sign in with Gatehouse/ });
  await link.waitFor();
  await expectNoBarriers(page);
  expect(await post(context, "/api/campaigns", {})).toMatchObject({
    status: 401,
    type: "application/problem+json; charset=utf-8",
    body: { code: "auth/required" },
  });
  const opened = context.waitForEvent("page");
  await link.click();
  const door = await opened;
  await door.getByLabel("E-mail").fill("viewer@example.test");
  await door.locator('input[type="password"]').fill(password);
  await door.keyboard.press("Enter");
  await page.getByRole("link", { name: waiting }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test("a role that is taken away takes the button away within a second, and the route refuses", async () => {
  const row = await openWaiting(approver);
  const approve = approver.getByRole("button", { name: "Approve" });
  await approve.waitFor();
  await expectNoBarriers(approver);
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
  await approver.getByText("You may no longer: approve or send back (campaigns).").waitFor();
  expect(await approver.getByRole("heading", { level: 1 }).evaluate((h1) => h1.matches(":focus"))).toBe(true);
  await expectNoBarriers(approver);

  const givenAt = await saveRoles(async () => {
    await owner.getByRole("button", { name: "Add role" }).click();
    await owner.getByRole("button", { name: /^Campaign Approver/ }).click();
  });
  await approve.waitFor({ timeout: atOnce });
  console.log(`and back ${Math.round(performance.now() - givenAt)} ms after the role was given again`);
  expect(await approver.evaluate("window.isSamePage")).toBe(true);
});

test("a viewer sees no button, and the routes refuse them by the same names", async () => {
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

test("by keyboard alone a marketer writes and submits, and two approvers hear of it and meet over it", async () => {
  const marketer = await enter("marketer");
  await tabTo(marketer, marketer.getByRole("button", { name: "New campaign" }));
  await marketer.keyboard.press("Enter");
  await marketer.getByRole("dialog").waitFor();
  await tabTo(marketer, marketer.getByRole("button", { name: "Save draft" }));
  await marketer.keyboard.press("Enter");
  await marketer.getByText("Give the campaign a name.").waitFor();
  await expectNoBarriers(marketer);
  const name = `<script>alert(1)</script> ${"Ş".repeat(90)}`;
  await marketer.keyboard.type(name);
  await tabTo(marketer, marketer.getByLabel("Segment"));
  await marketer.keyboard.type("Reg");
  await marketer.keyboard.press("Tab");
  await marketer.keyboard.type("A calm sentence.");
  await tabTo(marketer, marketer.getByRole("button", { name: "Save draft" }));
  await marketer.keyboard.press("Enter");
  await marketer.getByRole("heading", { name, level: 1 }).waitFor();
  await expectNoBarriers(marketer);
  await tabTo(marketer, marketer.getByRole("button", { name: "Submit for approval" }));
  await marketer.keyboard.press("Enter");
  await marketer.getByText("An approver decides now.").waitFor();

  await approver.goto(`${example.url}/campaigns?state=submitted`);
  await approver.getByRole("link", { name }).click();
  const slower = await enter("approver2");
  await slower.getByRole("link", { name }).click();
  await slower.getByRole("button", { name: "Approve" }).waitFor();
  const row = (await campaignsSeenBy(slower)).find((one) => one.name === name);
  await approver.getByRole("button", { name: "Approve" }).click();
  await approver.getByText("is approved.").waitFor();
  await slower.getByText("Approved", { exact: true }).first().waitFor();
  expect(await slower.getByRole("button", { name: "Approve" }).count()).toBe(0);
  expect(await post(slower.context(), `/api/campaigns/${row?.id}/approve`, row ?? {})).toMatchObject({
    status: 409,
    body: { code: "campaigns/decided", detail: "Aylin Kaya was faster: the campaign is approved already." },
  });
  await marketer.context().close();
  await slower.context().close();
});

test("an address that leads nowhere says so in the panel, and leads on", async () => {
  const answer = await approver.goto(`${example.url}/nowhere`);
  expect(answer?.status()).toBe(404);
  await approver.getByRole("heading", { name: "Page not found", level: 1 }).waitFor();
  await expectNoBarriers(approver);
  await approver.getByRole("link", { name: "Go to the campaigns" }).click();
  await approver.getByRole("link", { name: waiting }).waitFor();
});

test("when Gatehouse falls silent the buttons go, the page says why, and nothing is changed", async () => {
  const row = await openWaiting(approver);
  await approver.getByRole("button", { name: "Approve" }).waitFor();
  await example.killGatehouse();
  const killedAt = performance.now();
  // As old as a copy may be, and a moment for the page to hear of it.
  await approver
    .getByText("Gatehouse can’t be reached, so nobody may do anything here.")
    .waitFor({ timeout: 7_000 });
  console.log(`the page knew ${Math.round(performance.now() - killedAt)} ms after Gatehouse was killed`);
  expect(await approver.getByRole("button", { name: "Approve" }).count()).toBe(0);
  await approver.getByRole("heading", { name: waiting, level: 1 }).waitFor();
  await expectNoBarriers(approver);
  expect(await post(approver.context(), `/api/campaigns/${row.id}/approve`, row)).toMatchObject({
    status: 503,
    body: { code: "gatehouse/unreachable" },
  });
});

test("when the panel's own server ends, the open page says so", async () => {
  expect(await example.stop()).toBe(1); // Gatehouse had ended by itself
  await approver.getByText("The panel’s server gives no answer.").waitFor({ timeout: 5_000 });
  expect(await approver.getByRole("button", { name: "Approve" }).count()).toBe(0);
});
