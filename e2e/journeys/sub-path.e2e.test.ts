/** The main job in a browser, below a path of a host that Gatehouse shares with other programs. */
import { createServer, request as sendRequest } from "node:http";
import type { AddressInfo } from "node:net";
import type { MeView } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MailedPanel, startMailedPanel } from "../support/mailed-panel.ts";
import { openWindow, setUp } from "../support/panel-page.ts";

let panel: MailedPanel;
let base: string;
let target = "";

/** Passes requests below `/gatehouse` on; everything else on the host returns 404. */
const host = createServer((request, response) => {
  const { method, url = "", headers } = request;
  if (!url.startsWith("/gatehouse")) return void response.writeHead(404).end();
  const upstream = sendRequest(`${target}${url}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  upstream.on("error", () => response.destroy());
  response.on("close", () => upstream.destroy());
  request.pipe(upstream);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(host.address() as AddressInfo).port}/gatehouse`;
  panel = await startMailedPanel({ PUBLIC_URL: base });
  target = panel.server.url;
});
afterAll(async () => {
  await panel.stop();
  host.close();
  host.closeAllConnections();
});

test("an owner sets up and invites, the invited person joins, and the owner saves their roles", async () => {
  const { page, errors } = await openWindow(panel.browser);
  const outside: string[] = [];
  page.on("request", (request) => {
    if (/^https?:/.test(request.url()) && !request.url().startsWith(base)) outside.push(request.url());
  });
  expect(panel.server.setupLink()).toMatch(new RegExp(`^${base}/setup#`));
  await setUp(page, panel.server);
  expect(new URL(page.url()).pathname).toBe("/gatehouse/users");

  await page.keyboard.press("i");
  await page.getByRole("dialog", { name: "Invite user" }).waitFor();
  await page.keyboard.type("elif@lodos.example");
  await page.getByRole("checkbox", { name: /^Marketer/ }).check();
  await page.keyboard.press("Control+Enter");
  const results = page.getByRole("dialog");
  await results.getByText("Sent", { exact: true }).waitFor();
  await results.getByRole("button", { name: "Done" }).click();

  const link = await panel.readLink("elif@lodos.example");
  expect(link).toMatch(new RegExp(`^${base}/accept#`));
  const { page: invited, errors: invitedErrors } = await openWindow(panel.browser);
  await invited.goto(link);
  await invited.getByLabel("Your name").fill("Elif Demirci");
  await invited.getByLabel("Password", { exact: true }).fill("likes long walks in the rain");
  await invited.getByRole("button", { name: "Join and sign in" }).click();
  await invited.waitForURL((url) => url.pathname === "/gatehouse/welcome");
  const me = await invited.evaluate<MeView>("fetch('/gatehouse/api/v1/me').then((answer) => answer.json())");
  expect(me.organizations).toMatchObject([{ roles: [{ name: "Marketer" }] }]);

  await page.reload();
  await page.getByRole("link", { name: /Elif Demirci/ }).click();
  await page.getByRole("heading", { name: "Elif Demirci", level: 1 }).waitFor();
  expect(new URL(page.url()).pathname).toMatch(/^\/gatehouse\/users\/[0-9a-f-]+$/);
  await page.getByRole("button", { name: "Add role" }).click();
  await page.getByRole("button", { name: /^Viewer/ }).click();
  await page.keyboard.press("Control+s");
  await page.getByRole("button", { name: "Save 1 change" }).click();
  await page.getByText("The roles of Elif Demirci are saved").waitFor();
  await expect
    .poll(() => invited.evaluate<MeView>("fetch('/gatehouse/api/v1/me').then((answer) => answer.json())"))
    .toMatchObject({ organizations: [{ roles: [{}, {}] }] });
  expect([...errors, ...invitedErrors, ...outside]).toEqual([]);
});

test("a page that needs a sign-in opens after it, and signing out leads to the sign-in page", async () => {
  const { page, errors } = await openWindow(panel.browser);
  await page.goto(`${base}/audit`);
  await page.waitForURL((url) => url.pathname === "/gatehouse/sign-in");
  await page.getByLabel("E-mail").fill("olive@lodos.example");
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery staple");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === "/gatehouse/audit");
  await page.getByRole("heading", { name: "Audit log", level: 1 }).waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Help" }).getByRole("link").first().waitFor();
  const guide = page.getByRole("link", { name: "Open in a new tab" });
  expect(await guide.getAttribute("href")).toBe("/gatehouse/help/audit-log?lang=en");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /Olive Brandt/ }).click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.waitForURL((url) => url.pathname === "/gatehouse/sign-in");
  expect(errors).toEqual([]);
});
