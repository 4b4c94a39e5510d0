/** A panel on another host (`localhost`, while Gatehouse is on `127.0.0.1`) that uses Gatehouse's sign-in. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { definePermissions } from "@gatehouse/access";
import type { OwnPermission } from "@gatehouse/access/catalogue";
import { createGatehouse, type Gatehouse } from "@gatehouse/sdk";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../scripts/testing/free-port.mjs";
import { expectAccessible } from "../accessibility/find-accessibility-problems.ts";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { tabTo } from "../support/keyboard.ts";
import { openWindow, setUp } from "../support/panel-page.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";

const permissions = definePermissions({ campaigns: { label: "Campaigns", actions: { view: {} } } });

let browser: Browser;
let server: RunningServer;
let owner: Page;
let gatehouse: Gatehouse<"campaigns:view" | OwnPermission>;
let panel: Server;
let origin: string;
/** The origin of requests to the panel. */
const referers: (string | undefined)[] = [];

beforeAll(async () => {
  browser = await shareChromium();
  server = await startServer({ LOG_LEVEL: "trace" });
  owner = (await openWindow(browser)).page;
  await setUp(owner, server);
  origin = `http://localhost:${await freePort()}`;
});
afterAll(async () => {
  panel?.closeAllConnections();
  panel?.close();
  gatehouse?.close();
  await closeWindows(browser);
  await server.stop();
});

/** Calls the API with the page's session. */
function ask<T>(page: Page, path: string, method = "GET", body?: unknown): Promise<T> {
  return page.evaluate<T>(`fetch("/api/v1${path}", {
    method: "${method}",
    ${body === undefined ? "" : `headers: { "content-type": "application/json" }, body: ${JSON.stringify(JSON.stringify(body))},`}
  }).then((answer) => (answer.status === 204 ? null : answer.json()))`);
}

/** The panel from the guide: one hook, and a page that redirects anonymous visitors to sign-in. */
async function startPanel(): Promise<void> {
  const [organization] = (await ask<{ organizations: { id: string }[] }>(owner, "/me")).organizations;
  const organizationId = organization?.id ?? "";
  const key = { name: "Panel", permissions: ["users:view", "roles:view"] };
  const { secret: apiKey } = await ask<{ secret: string }>(
    owner,
    `/organizations/${organizationId}/api-keys`,
    "POST",
    key,
  );
  gatehouse = createGatehouse({ url: server.url, apiKey, organizationId, permissions, origin });
  panel = createServer((request, response) => {
    referers.push(request.headers.referer);
    gatehouse.express.signIn(request, response, () => void answer(request, response));
  });
  const { port } = new URL(origin);
  await new Promise<void>((listening) => panel.listen(Number(port), "127.0.0.1", listening));
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const user = await gatehouse.userFrom(request);
  if (user === null) {
    const to = encodeURIComponent(request.url ?? "/");
    response.writeHead(302, { location: `/gatehouse/sign-in?to=${to}` }).end();
    return;
  }
  const button = '<form method="post" action="/gatehouse/sign-out"><button>Sign out</button></form>';
  response.setHeader("content-type", "text/html");
  response.end(`<!doctype html><title>Panel</title><h1>${user.name}</h1>${button}`);
}

/** Consents at the first visit. */
async function agreeByKeyboard(page: Page): Promise<void> {
  await page.getByRole("heading", { name: `Continue to ${new URL(origin).host}?`, level: 1 }).waitFor();
  await page.getByText(`${origin} will receive your name and e-mail address.`).waitFor();
  await tabTo(page, page.getByRole("button", { name: "Continue", exact: true }));
  await page.keyboard.press("Enter");
}

async function signInByKeyboard(page: Page): Promise<void> {
  await page.getByRole("heading", { name: "Sign in", level: 1 }).waitFor();
  await page.getByLabel("E-mail").and(page.locator(":focus")).waitFor();
  await page.keyboard.type("olive@lodos.example");
  await page.keyboard.press("Tab");
  await page.keyboard.type("correct horse battery staple");
  await page.keyboard.press("Enter");
}

test("an owner adds the panel's origin in the settings", async () => {
  await owner.goto(`${server.url}/settings/organization`);
  const field = owner.getByLabel(/^Panel addresses/);
  await field.fill("localhost, http://panel.example.com");
  await owner.getByText("Not a panel address: localhost and http://panel.example.com.").waitFor();
  await expectAccessible(owner);
  await field.fill(`${origin}/`);
  await owner.keyboard.press("Control+s");
  await owner.getByText("The settings are saved").waitFor();
  expect(await field.inputValue()).toBe(origin);
  await startPanel();
});

test("the first visit asks for consent, and cancelling stays in Gatehouse", async () => {
  const { page, context } = await openWindow(browser);
  await page.goto(`${origin}/campaigns`);
  await signInByKeyboard(page);
  const question = page.getByRole("heading", { name: `Continue to ${new URL(origin).host}?`, level: 1 });
  await question.waitFor();
  await expectAccessible(page);
  await tabTo(page, page.getByRole("link", { name: "Cancel" }));
  await page.keyboard.press("Enter");
  await page.waitForURL(`${server.url}/users`);
  expect((await context.cookies(origin)).map(({ name }) => name)).not.toContain("gatehouse-panel");
  await page.goto(`${origin}/campaigns`);
  await question.waitFor();
  await context.close();
});

test("signing in by keyboard and consenting returns to the requested page of the panel", async () => {
  const { page, context, errors } = await openWindow(browser);
  const target = `${origin}/campaigns?status=draft&page=2`;
  await page.goto(target);
  expect(new URL(page.url()).origin).toBe(server.url);
  await signInByKeyboard(page);
  await agreeByKeyboard(page);
  await page.getByRole("heading", { name: "Olive Brandt" }).waitFor();
  expect(page.url()).toBe(target);

  const there = await context.cookies(origin);
  expect(there.map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite]).toSorted()).toEqual([
    ["gatehouse-panel", true, "Lax"],
    ["gatehouse-state", true, "Lax"],
  ]);
  expect(referers.join(" ")).not.toMatch(/code=|127\.0\.0\.1/);
  const secrets = there.map(({ value }) => value);
  // The log is flushed asynchronously.
  await expect.poll(() => server.printed()).toContain("/api/v1/hand-off/session");
  for (const secret of secrets) expect(server.printed()).not.toContain(secret);
  expect(server.printed()).not.toMatch(/code=|status=draft/);
  expect(errors).toEqual([]);

  await ask(owner, "/sessions", "DELETE"); // the same person, everywhere
  await page.goto(`${origin}/campaigns`);
  await page.getByRole("heading", { name: "Sign in", level: 1 }).waitFor();
  await context.close();
});

test("a signed-in user who has consented is returned without a prompt, and signing out of the panel keeps the Gatehouse session", async () => {
  const { page, context } = await openWindow(browser);
  await page.goto(`${origin}/`);
  await signInByKeyboard(page);
  await page.getByRole("heading", { name: "Olive Brandt" }).waitFor();
  await context.clearCookies({ domain: "localhost" });
  await page.goto(`${origin}/reports`);
  await page.getByRole("heading", { name: "Olive Brandt" }).waitFor();
  expect(page.url()).toBe(`${origin}/reports`);

  await tabTo(page, page.getByRole("button", { name: "Sign out" }));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "You are signed out of the panel" }).waitFor();
  await expectAccessible(page);
  expect((await context.cookies(origin)).map(({ name }) => name)).toEqual(["gatehouse-state"]);
  await tabTo(page, page.getByRole("button", { name: "Sign out of Gatehouse too" }));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Sign in", level: 1 }).waitFor();
  await page.goto(`${origin}/`);
  await page.getByRole("heading", { name: "Sign in", level: 1 }).waitFor();
  await context.close();
});

test("a panel whose origin was removed accepts nobody, and Gatehouse says whom to ask", async () => {
  const { page, context } = await openWindow(browser);
  await page.goto(`${origin}/`);
  await signInByKeyboard(page);
  await page.getByRole("heading", { name: "Olive Brandt" }).waitFor();
  const settings = await context.newPage();
  await settings.goto(`${server.url}/settings/organization`);
  await settings.getByLabel(/^Panel addresses/).fill("");
  await settings.keyboard.press("Control+s");
  await settings.getByText("The settings are saved").waitFor();
  await page.goto(`${origin}/`);
  await page.getByRole("heading", { name: "This panel isn’t registered" }).waitFor();
  await page.getByText("Ask an owner to add it in Settings").waitFor();
  await expectAccessible(page);
  await context.close();
});
