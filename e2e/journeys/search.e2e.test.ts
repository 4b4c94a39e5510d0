import type { Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { openWindow, signIn, waitUntilPainted } from "../support/panel-page.ts";
import { type RunningServer, startDemo } from "../support/start-server.ts";

let browser: Browser;
let server: RunningServer;
let page: Page;
let errors: readonly string[];

beforeAll(async () => {
  browser = await shareChromium();
  server = await startDemo("embedded"); // as npm run demo
  ({ page, errors } = await openWindow(browser));
  await signIn(page, server, { email: "owner@example.test", password: "correct horse battery staple" });
});

afterAll(async () => {
  await closeWindows(browser);
  await server.stop();
});

/** The results for “isil”: search ignores case, accents and Turkish dots. */
const searched = /[ıi][şs][ıi]l/iu;

/** Reads the names in the list; null while it is loading or shows an earlier search. */
async function namesHere(): Promise<readonly string[] | null> {
  return page.evaluate<readonly string[] | null>(`(() => {
    const table = document.querySelector("main table");
    if (table === null || table.closest("[aria-busy=true]") !== null) return null;
    return [...table.querySelectorAll("tbody [data-row-link]")].map((row) => row.textContent);
  })()`);
}

/** Delays the responses to these searches until they are released; returns which were delayed. */
async function hold(...queries: readonly string[]) {
  const held = new Map<string, () => Promise<void>>();
  await page.route(/\/users\?/, async (route: Route) => {
    const query = new URL(route.request().url()).searchParams.get("query") ?? "";
    if (!queries.includes(query) || held.has(query)) return route.continue();
    const response = await route.fetch();
    // The page has cancelled the request.
    held.set(query, () => route.fulfill({ response }).catch(() => undefined));
  });
  return held;
}

test("responses that arrive out of order never show the results of another search", async () => {
  await page.goto(`${server.url}/users`);
  await page.locator("main [data-row-link]").first().waitFor();
  const held = await hold("a", "is", "isil");
  const box = page.getByRole("searchbox");

  const type = async (text: string) => {
    await box.fill(text);
    await expect.poll(() => held.has(text)).toBe(true);
  };
  await type("a");
  await type("is");
  await type("isil");
  // Rows of an earlier search are marked while the response is pending.
  expect(await namesHere()).toBeNull();

  await held.get("isil")?.();
  await expect.poll(namesHere).not.toBeNull();
  const found = await namesHere();
  expect(found?.length).toBeGreaterThan(0);
  for (const name of found ?? []) expect(name).toMatch(searched);

  // The page has cancelled both requests. An answer that it got nevertheless would be shown before the next one.
  await held.get("is")?.();
  await held.get("a")?.();
  await page.evaluate("fetch('/api/v1/me')");
  await waitUntilPainted(page);
  expect(await namesHere()).toEqual(found);
  expect(await box.inputValue()).toBe("isil");
  expect(new URL(page.url()).searchParams.get("q")).toBe("isil");
  await page.unroute(/\/users\?/);
});

test("Enter before the response arrives opens the user that matches the text, not the previous result", async () => {
  await page.goto(`${server.url}/users`);
  await page.locator("main [data-row-link]").first().waitFor();
  const held = await hold("isil");
  await page.getByRole("searchbox").focus();
  await page.keyboard.type("isil");
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => held.has("isil")).toBe(true);
  await page.keyboard.press("Enter");
  expect(new URL(page.url()).pathname).toBe("/users");

  await held.get("isil")?.();
  await expect.poll(namesHere).not.toBeNull();
  await expect.poll(() => page.evaluate("document.activeElement?.hasAttribute('data-row-link')")).toBe(true);
  const name = await page.evaluate<string>("document.activeElement.textContent");
  expect(name).toBe((await namesHere())?.[0]);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/users\/[0-9a-f-]{36}/);
  const heading = page.getByRole("heading", { level: 1, name: searched });
  await heading.waitFor();
  expect(name).toContain(await heading.textContent());
  await page.unroute(/\/users\?/);
  expect(errors).toEqual([]);
});
