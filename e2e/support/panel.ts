/** What the browser tests do over and over: arrive, sign in, look for barriers. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import type { RunningServer } from "./start-server.ts";
import { findStructureFaults } from "./structure.ts";

/** Whoever sets an organization up in a test. */
const olive = {
  name: "Olive Brandt",
  email: "olive@lodos.example",
  password: "correct horse battery staple",
};

/** How a page is looked at. */
export interface Look {
  readonly width?: 1280 | 375 | 320;
  readonly theme?: "light" | "dark";
  readonly locale?: "en-GB" | "tr-TR";
  readonly forcedColors?: boolean;
}

/** A window of its own: no cookie, no memory of others. Anything that it throws or that the policy blocks is collected. */
export async function openWindow(
  browser: Browser,
  { width = 1280, theme = "light", locale = "en-GB", forcedColors = false }: Look = {},
): Promise<{ readonly context: BrowserContext; readonly page: Page; readonly faults: readonly string[] }> {
  const context = await browser.newContext({
    viewport: { width, height: width === 1280 ? 860 : 812 },
    colorScheme: theme,
    locale,
    reducedMotion: "reduce",
    forcedColors: forcedColors ? "active" : "none",
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (/Content Security Policy|Uncaught/.test(message.text())) faults.push(message.text());
  });
  return { context, page, faults };
}

/** Sets the organization up through the link that the server printed. */
export async function setUp(page: Page, server: RunningServer, organization = "Lodos Retail"): Promise<void> {
  await page.goto(server.setupLink());
  await page.getByLabel("Organization").fill(organization);
  await page.getByLabel("Your name").fill(olive.name);
  await page.getByLabel("E-mail").fill(olive.email);
  await page.getByLabel("Password", { exact: true }).fill(olive.password);
  await page.getByRole("button", { name: "Set up and sign in" }).click();
  await page.getByRole("heading", { name: "Users", level: 1 }).waitFor();
}

/** Signs in on the sign-in page and waits for the list of users. */
export async function signIn(
  page: Page,
  server: Pick<RunningServer, "url">,
  person: { readonly email: string; readonly password: string },
): Promise<void> {
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel(/^E-(mail|posta)$/).fill(person.email);
  await page.locator('input[type="password"]').fill(person.password);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname !== "/sign-in");
}

/** Demands that axe finds nothing, its best practices included, and that nothing scrolls sideways. */
export async function expectNoBarriers(page: Page): Promise<void> {
  expect(await findBarriers(page)).toEqual([]);
}

/** All that depends on the theme of a page, and nothing else does. */
const colourRules = ["color-contrast", "link-in-text-block"];

/**
 * What axe finds, its best practices included, and whether the page scrolls sideways. Of a page that was looked at in
 * another theme already, the colours are enough.
 */
export async function findBarriers(page: Page, only: "all" | "colours" = "all"): Promise<readonly string[]> {
  // Rows are alike; axe takes seconds for fifty of them.
  const builder = new AxeBuilder({ page })
    .setLegacyMode() // no page has a frame; the other mode opens a second page for each run
    .options({ resultTypes: ["violations"] })
    .exclude("tbody > tr:nth-child(n + 8)")
    .exclude("tbody:nth-of-type(n + 8)")
    .exclude("main ul > li:nth-child(n + 12)");
  const { violations } = await (only === "all" ? builder : builder.withRules(colourRules)).analyze();
  const overflow = await findOverflow(page);
  return [
    ...(only === "all" ? await findStructureFaults(page) : []),
    ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
    ...(overflow > 0 ? [`scrolls ${overflow} px sideways`] : []),
  ];
}

/** By how many pixels the page is wider than the window. */
export async function findOverflow(page: Page): Promise<number> {
  return page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}
