import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "./support/chromium.ts";
import { expectNoBarriers, type Look, olive, openWindow, setUp, signIn } from "./support/panel.ts";
import { type RunningServer, startServer } from "./support/start-server.ts";

let browser: Browser;
let server: RunningServer;

beforeAll(async () => {
  browser = await launchChromium();
  server = await startServer();
  const { context, page } = await openWindow(browser);
  await page.goto(server.setupLink());
  await page.getByRole("heading", { level: 1 }).waitFor();
  await expectNoBarriers(page);
  await setUp(page, server);
  await context.close();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

const looks: readonly Look[] = [
  { width: 1280, theme: "light", locale: "en-GB" },
  { width: 1280, theme: "dark", locale: "tr-TR" },
  { width: 375, theme: "light", locale: "tr-TR" },
  { width: 375, theme: "dark", locale: "en-GB" },
];

async function settle(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForLoadState("networkidle");
}

for (const look of looks) {
  test(`no screen has a barrier at ${look.width} px, ${look.theme}, ${look.locale}`, async () => {
    const { context, page, faults } = await openWindow(browser, look);
    for (const path of ["/sign-in", "/accept", "/accept#unknown", "/setup", "/nowhere"]) {
      await page.goto(`${server.url}${path}`);
      await settle(page);
      await expectNoBarriers(page);
    }
    await signIn(page, server, olive);
    for (const path of ["/users", "/users?q=nobody@example.test", "/users?status=suspended"]) {
      await page.goto(`${server.url}${path}`);
      await settle(page);
      await expectNoBarriers(page);
    }
    await page.goto(`${server.url}/users`);
    await settle(page);
    await page.keyboard.press("i");
    await page.getByRole("dialog").getByRole("checkbox").first().waitFor();
    await expectNoBarriers(page);
    expect(faults).toEqual([]);
    await context.close();
  });
}
