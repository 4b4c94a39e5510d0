import type { MeView } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MailedPanel, startMailedPanel } from "../support/mailed-panel.ts";
import { openWindow, setUp } from "../support/panel-page.ts";

let panel: MailedPanel;

beforeAll(async () => {
  panel = await startMailedPanel();
});

afterAll(() => panel.stop());

test("an owner sets up and invites by keyboard, and the invited person joins with exactly those roles", async () => {
  const { page, errors } = await openWindow(panel.browser);
  await setUp(page, panel.server);

  await page.keyboard.press("i");
  await page.getByRole("dialog", { name: "Invite user" }).waitFor();
  await page.keyboard.type("Elif Demirci <Elif@lodos.example>, ayse@lodos");
  await page.getByRole("checkbox", { name: /^Marketer/ }).check();
  await page.getByText("ayse@lodos has no domain ending such as .com").waitFor();
  await page.keyboard.press("Control+Enter");
  const results = page.getByRole("dialog");
  await results.getByText("Sent", { exact: true }).waitFor();
  expect(await results.getByText("ayse@lodos", { exact: true }).count()).toBeGreaterThan(0);
  await results.getByRole("button", { name: "Done" }).click();

  const link = await panel.readLink("elif@lodos.example");
  const { page: invited, errors: invitedFaults } = await openWindow(panel.browser);
  await invited.goto(link);
  await invited.getByRole("heading", { name: "Join Lodos Retail" }).waitFor();
  await invited.getByText("Creates and sends campaigns on every channel").waitFor();
  await invited.getByLabel("Your name").fill("Elif Demirci");
  await invited.getByLabel("Password", { exact: true }).fill("likes long walks in the rain");
  await invited.getByRole("button", { name: "Join and sign in" }).click();
  await invited.waitForURL((url) => url.pathname !== "/accept");
  const me = await invited.evaluate<MeView>("fetch('/api/v1/me').then((answer) => answer.json())");
  expect(me.organizations).toMatchObject([{ name: "Lodos Retail", roles: [{ name: "Marketer" }] }]);

  await page.reload();
  await page.getByRole("link", { name: /Elif Demirci/ }).waitFor();
  expect([...errors, ...invitedFaults]).toEqual([]);
});

test("a used link says so and links to the sign-in page", async () => {
  const { page } = await openWindow(panel.browser);
  await page.goto(await panel.readLink("elif@lodos.example"));
  await page.getByRole("heading", { name: "This invitation has already been accepted" }).waitFor();
  await page
    .getByRole("link", { name: "Sign in" })
    .or(page.getByRole("button", { name: "Sign in" }))
    .click();
  await page.waitForURL((url) => url.pathname === "/sign-in");
});

test("a forged link shows that it is invalid and what to do", async () => {
  const { page } = await openWindow(panel.browser);
  const link = await panel.readLink("elif@lodos.example");
  await page.goto(`${link.slice(0, -6)}aaaaaa`);
  await page.getByRole("heading", { name: "This link doesn’t work" }).waitFor();
});
