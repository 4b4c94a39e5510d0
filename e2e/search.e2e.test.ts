import type { Browser, Page, Route } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "./support/chromium.ts";
import { openWindow, signIn } from "./support/panel.ts";
import { type RunningServer, startServer } from "./support/start-server.ts";

let browser: Browser;
let server: RunningServer;
let page: Page;
let faults: readonly string[];

beforeAll(async () => {
  browser = await launchChromium();
  server = await startServer({}, "demo");
  ({ page, faults } = await openWindow(browser));
  await signIn(page, server, { email: "owner@example.test", password: "correct horse battery staple" });
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** What “isil” finds: the spelling and the letters of the alphabet don't matter. */
const searched = /[ıi][şs][ıi]l/iu;

/** The names in the list; null while they belong to an earlier search. */
async function namesHere(): Promise<readonly string[] | null> {
  return page.evaluate<readonly string[] | null>(`(() => {
    const table = document.querySelector("main table");
    if (table === null || table.getAttribute("aria-busy") === "true") return null;
    return [...table.querySelectorAll("tbody [data-row-link]")].map((row) => row.textContent);
  })()`);
}

/** Holds the answers to these searches back until they are let go; answers which were held. */
async function hold(...queries: readonly string[]) {
  const held = new Map<string, () => Promise<void>>();
  await page.route(/\/users\?/, async (route: Route) => {
    const query = new URL(route.request().url()).searchParams.get("query") ?? "";
    if (!queries.includes(query) || held.has(query)) return route.continue();
    const response = await route.fetch();
    // Whoever no longer waits for the answer has hung up.
    held.set(query, () => route.fulfill({ response }).catch(() => undefined));
  });
  return held;
}

test("answers that come in another order than they were asked for never show another search's people", async () => {
  await page.goto(`${server.url}/users`);
  await page.locator("main tbody tr").first().waitFor();
  const held = await hold("a", "is", "isil");
  const box = page.getByRole("searchbox");

  const type = async (text: string) => {
    await box.fill(text);
    await expect.poll(() => held.has(text)).toBe(true);
  };
  await type("a");
  await type("is");
  await type("isil");
  // Rows of an earlier search are marked as such while the answer is on its way.
  expect(await namesHere()).toBeNull();

  await held.get("isil")?.();
  await expect.poll(namesHere).not.toBeNull();
  const found = await namesHere();
  expect(found?.length).toBeGreaterThan(0);
  for (const name of found ?? []) expect(name).toMatch(searched);

  await held.get("is")?.();
  await held.get("a")?.();
  await page.waitForTimeout(300);
  expect(await namesHere()).toEqual(found);
  expect(await box.inputValue()).toBe("isil");
  expect(new URL(page.url()).searchParams.get("q")).toBe("isil");
  await page.unroute(/\/users\?/);
});

test("Enter in front of an answer that is late opens whom the text means, not who stood there before", async () => {
  await page.goto(`${server.url}/users`);
  await page.locator("main tbody tr").first().waitFor();
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
  expect(faults).toEqual([]);
});
