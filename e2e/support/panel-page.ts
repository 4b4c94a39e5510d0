/** Opens windows of the panel, sets it up and signs in. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { RunningServer } from "./start-server.ts";

/** The person who sets up the organization. */
export const owner = {
  name: "Olive Brandt",
  email: "olive@lodos.example",
  password: "correct horse battery staple",
};

/** The height of the window for each width. Pixels. */
export const heights = { 1280: 860, 375: 812, 320: 812 } as const;

/** Size, theme and language of a window. */
export interface Appearance {
  readonly width?: 1280 | 375 | 320;
  readonly theme?: "light" | "dark";
  readonly locale?: "en-GB" | "tr-TR";
  readonly forcedColors?: boolean;
}

/** Opens a window with separate storage. `errors` collects uncaught errors and violations of the Content Security Policy. */
export async function openWindow(
  browser: Browser,
  { width = 1280, theme = "light", locale = "en-GB", forcedColors = false }: Appearance = {},
): Promise<{ readonly context: BrowserContext; readonly page: Page; readonly errors: readonly string[] }> {
  const context = await browser.newContext({
    viewport: { width, height: heights[width] },
    colorScheme: theme,
    locale,
    reducedMotion: "reduce",
    forcedColors: forcedColors ? "active" : "none",
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (/Content Security Policy|Uncaught/.test(message.text())) errors.push(message.text());
  });
  return { context, page, errors };
}

/** Sets the organization up with the example catalogue, through the link that the server printed. */
export async function setUp(page: Page, server: RunningServer, organization = "Lodos Retail"): Promise<void> {
  await page.goto(server.setupLink());
  await page.getByLabel("Organization").fill(organization);
  await page.getByLabel("Your name").fill(owner.name);
  await page.getByLabel("E-mail").fill(owner.email);
  await page.getByLabel("Password", { exact: true }).fill(owner.password);
  await page.getByRole("radio", { name: "The example" }).check();
  await page.getByRole("button", { name: "Set up and sign in" }).click();
  await page.getByRole("heading", { name: "Users", level: 1 }).waitFor();
}

/** Signs in on the sign-in page and waits until it is left. */
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

/** Runs in the page, because it is needed very often: several locators take longer. */
const idle = `new Promise((done, fail) => {
  const deadline = performance.now() + 30_000;
  const look = () => {
    const hasHeading = [...document.querySelectorAll("h1")].some((heading) => heading.checkVisibility());
    const busy = document.querySelector("[aria-busy=true]:not(button, [inert] *, [aria-hidden=true] *)");
    if (hasHeading && busy === null) requestAnimationFrame(() => requestAnimationFrame(() => done()));
    else if (performance.now() < deadline) requestAnimationFrame(look);
    else fail(new Error("It is still loading " + location.href + ": " + (busy?.outerHTML.slice(0, 200) ?? "no heading")));
  };
  look();
})`;

/** Waits until the page has its heading, loads nothing that it shows, and has painted. */
export async function waitUntilIdle(page: Page): Promise<void> {
  await page.evaluate(idle);
}

/** Waits until the page shows what its scripts have changed before. */
export async function waitUntilPainted(page: Page): Promise<void> {
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
}
