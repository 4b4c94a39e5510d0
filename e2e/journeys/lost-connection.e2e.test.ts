import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "../accessibility/find-accessibility-problems.ts";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { openWindow, setUp } from "../support/panel-page.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";

let browser: Browser;
let server: RunningServer;

beforeAll(async () => {
  browser = await shareChromium();
  server = await startServer();
});

afterAll(async () => {
  await closeWindows(browser);
  await server.stop();
});

test("a lost connection shows a message, keeps typed text, and the message disappears when it is back", async () => {
  const { context, page, errors } = await openWindow(browser);
  await setUp(page, server);

  await context.setOffline(true);
  await page.keyboard.press("/");
  await page.keyboard.type("olive");
  const unreachable = page.getByText("Gatehouse can’t be reached");
  await unreachable.waitFor();
  await expectAccessible(page);
  expect(await page.getByRole("searchbox").inputValue()).toBe("olive");
  await context.setOffline(false);
  await page.getByRole("link", { name: /Olive Brandt/ }).waitFor();

  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /Invite user/ }).click();
  await page.keyboard.type("ayse@lodos.example");
  await page.getByRole("checkbox", { name: /Viewer/ }).check({ force: true });
  await context.setOffline(true);
  await page.keyboard.press("Control+Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Gatehouse can’t be reached").waitFor();
  await expectAccessible(page);
  await context.setOffline(false);
  await page.keyboard.press("Control+Enter");
  await dialog.getByRole("button", { name: /Copy link/ }).waitFor();
  expect(errors).toEqual([]);
  await context.close();
});
