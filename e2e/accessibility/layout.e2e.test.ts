/** The layout at widths between those of the other tests, in low windows, on wide screens, and with long names. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { openWindow, setUp, waitUntilIdle } from "../support/panel-page.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";
import { findOverflow } from "./find-accessibility-problems.ts";

/** The longest name of a role, without a space at which it could break. */
const longRole = "Regionalvertriebsleitungsassistenzvertretung".repeat(2).slice(0, 80);

let browser: Browser;
let server: RunningServer;
let context: BrowserContext;
let page: Page;
let lists: readonly string[];

beforeAll(async () => {
  browser = await shareChromium();
  server = await startServer();
  ({ context, page } = await openWindow(browser));
  await setUp(page, server);
  const { role, user } = await page.evaluate<{ role: string; user: string }>(`(async () => {
    const request = async (path, method = "GET", body = undefined) => {
      const answer = await fetch("/api/v1" + path, {
        method,
        ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(path + ": " + (await answer.text()));
      return answer.json();
    };
    const [{ id, userId }] = (await request("/me")).organizations;
    const base = "/organizations/" + id;
    const role = await request(base + "/roles", "POST", {
      name: ${JSON.stringify(longRole)}, description: "", permissions: ["users:view", "users:invite", "roles:view"],
    });
    const invitations = ["ayse.demirci-yildirim@lodos.example", "omar@lodos.example"]
      .map((email) => ({ email, roleIds: [role.id] }));
    await request(base + "/invitations", "POST", { invitations });
    await request(base + "/api-keys", "POST", { name: ${JSON.stringify(longRole)}, permissions: ["users:view"], expiresAt: null });
    return { role: role.id, user: userId };
  })()`);
  lists = [
    "/users",
    `/users/${user}`,
    `/users/${user}?tab=sessions`,
    `/users/${user}?tab=activity`,
    "/invitations",
    "/who-can?permission=users:view",
    "/roles",
    `/roles/${role}`,
    `/roles/compare?a=${role}&b=${role}`,
    "/audit",
    "/settings/api-keys",
    "/settings/organization",
    "/account",
  ];
});

afterAll(async () => {
  await context.close();
  await closeWindows(browser);
  await server.stop();
});

/** Texts whose first column is narrower than 240 px, and texts of which less than 48 px are left. */
const findCutTexts = () =>
  page.evaluate<readonly string[]>(`[
    ...[...document.querySelectorAll("main [class] > table tbody th[scope=row]")]
      .filter((cell) => cell.checkVisibility() && cell.clientWidth < 240 && cell.closest("table").querySelector("col, thead th + th + th + th") !== null)
      .map((cell) => cell.clientWidth + " px for " + cell.textContent.slice(0, 40)),
    ...[...document.querySelectorAll("main *")]
      .filter((element) => element.children.length === 0 && element.textContent.trim() !== "" && element.checkVisibility())
      .filter((element) => {
        const { overflowX, clipPath } = getComputedStyle(element);
        return overflowX !== "visible" && clipPath === "none" && element.scrollWidth > element.clientWidth + 1 && element.clientWidth < 48;
      })
      .map((element) => element.clientWidth + " px are left of " + element.textContent.slice(0, 40)),
  ]`);

test("every list shows names with at least 240 px from 600 to 1,100 px", { timeout: 300_000 }, async () => {
  const problems: Record<string, readonly string[]> = {};
  for (const path of lists) {
    await page.setViewportSize({ width: 600, height: 860 });
    await page.goto(`${server.url}${path}`);
    await waitUntilIdle(page);
    for (let width = 600; width <= 1100; width += 20) {
      await page.setViewportSize({ width, height: 860 });
      await waitUntilIdle(page);
      const overflow = await findOverflow(page);
      const found = [...(await findCutTexts()), ...(overflow > 0 ? [`scrolls ${overflow} px sideways`] : [])];
      if (found.length > 0) problems[`${path} at ${width} px`] = found;
    }
  }
  expect(problems).toEqual({});
});

test("a role with a name of 80 letters fits into every dialog and menu", async () => {
  const problems: Record<string, readonly string[]> = {};
  const check = async (name: string) => {
    const found = await page.evaluate<
      readonly string[]
    >(`[...document.querySelectorAll("[role=dialog] *, [role=listbox], [role=menu]")]
      .filter((element) => element.checkVisibility() && !element.matches("input") && getComputedStyle(element).clipPath === "none")
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 || (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX === "visible" && getComputedStyle(element).display !== "inline"))
      .map((element) => element.outerHTML.slice(0, 120))`);
    if (found.length > 0) problems[name] = found.slice(0, 3);
  };
  for (const width of [1280, 375]) {
    await page.setViewportSize({ width, height: 812 });
    await page.goto(`${server.url}/users`);
    await waitUntilIdle(page);
    await page.keyboard.press("i");
    await page.getByRole("dialog").getByText(longRole).first().waitFor();
    await check(`invite, ${width} px`);
    await page.keyboard.press("Escape");
    await page.goto(`${server.url}/invitations/new`);
    await page.getByText(longRole).first().waitFor();
    if ((await findOverflow(page)) > 0) problems[`invite many, ${width} px`] = ["scrolls sideways"];
    await page.goto(`${server.url}/roles`);
    await waitUntilIdle(page);
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("regional");
    await page.getByRole("option").first().waitFor();
    await check(`palette, ${width} px`);
  }
  expect(problems).toEqual({});
});

test("in a low window, fixed bars cover less than a quarter of the page", async () => {
  const covered: Record<string, number> = {};
  for (const path of lists) {
    await page.goto(`${server.url}${path}`);
    for (const [width, height] of [
      [320, 256],
      [667, 375],
      [812, 375],
    ] as const) {
      await page.setViewportSize({ width, height });
      await waitUntilIdle(page);
      const share = await page.evaluate<number>(`(() => {
        scrollTo(0, document.documentElement.scrollHeight / 2);
        const isFixed = (element) => element !== null && (/fixed|sticky/.test(getComputedStyle(element).position) || isFixed(element.parentElement));
        let fixed = 0;
        for (let y = 0; y < innerHeight; y += 4) fixed += isFixed(document.elementFromPoint(innerWidth * 0.7, y)) ? 4 : 0;
        return fixed / innerHeight;
      })()`);
      if (share > 0.25) covered[`${path}, ${width} × ${height}`] = share;
    }
  }
  expect(covered).toEqual({});
});

test("on a phone, no bar at the bottom edge covers the element with the focus", async () => {
  await page.setViewportSize({ width: 375, height: 500 });
  const covered: string[] = [];
  for (const path of ["/users", "/invitations"]) {
    await page.goto(`${server.url}${path}`);
    await waitUntilIdle(page);
    for (let stop = 0; stop < 30; stop += 1) {
      await page.keyboard.press("Tab");
      const bar = await page.evaluate<string | null>(`(() => {
        const { activeElement } = document;
        const { left, top, width, height } = activeElement.getBoundingClientRect();
        const above = document.elementFromPoint(left + width / 2, top + height / 2)?.closest("[data-docked]");
        return above == null || above.contains(activeElement) ? null : activeElement.outerHTML.slice(0, 120);
      })()`);
      if (bar !== null) covered.push(`${path}: ${bar}`);
    }
  }
  expect(covered).toEqual([]);
});

test("at 1,920 px the content is not wider than 1,440 px, and that of an empty page than 460 px", async () => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  for (const path of ["/users", "/roles", "/audit"]) {
    await page.goto(`${server.url}${path}`);
    await waitUntilIdle(page);
    const width = await page.evaluate<number>("document.querySelector('main table').clientWidth");
    expect(width).toBeGreaterThan(1000);
    expect(width).toBeLessThanOrEqual(1456);
  }
  await page.goto(`${server.url}/audit?from=2001-01-01&to=2001-01-02`);
  await waitUntilIdle(page);
  expect(
    await page.evaluate<number>("document.querySelector('main section:has(> h2)').offsetWidth"),
  ).toBeLessThanOrEqual(460);
});
