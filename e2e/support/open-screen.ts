/**
 * Opens screens of the panel. The first screen with a path is loaded; the others are opened by the router in the document that
 * is there: loading the panel and axe takes more time than all that is checked afterwards.
 */
import type { Page } from "playwright-core";
import { heights, waitUntilIdle } from "./panel-page.ts";
import type { Screen, ScreenParameters } from "./screens/screen.ts";
import { addStubs, type Stub, setStubs } from "./screens/stub.ts";

/** A page outside the shell that requests nothing. Opening it removes the shell and what it has loaded. */
const emptyPath = "/forgot-password";

/** Runs in the page: its texts, without those that were announced to a screen reader. */
const readTexts = `() => [...document.body.children]
  .filter((element) => !element.matches("script, [data-live-announcer]"))
  .map((element) => element.textContent).join(" ")`;

/**
 * Runs in the page: leaves the screen and removes its responses from the caches. Returns false if something of it is still shown,
 * such as a dialog or a message.
 */
const leave = `async (texts) => {
  const router = window.__TSR_ROUTER__;
  if (router === undefined) return false;
  ${setStubs([])}
  await router.navigate({ href: "${emptyPath}", ignoreBlocker: true });
  const deadline = performance.now() + 1_000;
  while ((${readTexts})() !== texts) {
    if (performance.now() > deadline) return false;
    await new Promise(requestAnimationFrame);
  }
  (await router.options.context.queryClient()).clear();
  router.clearCache();
  return true;
}`;

/** Runs in the page: opens an address as a link would. What is measured from now on belongs to it. */
const enter = `async (href) => {
  document.documentElement.style.display = "";
  performance.clearResourceTimings();
  window.openedAt = performance.now();
  await window.__TSR_ROUTER__.navigate({ href });
}`;

/** Opens the screens of one window. */
export interface ScreenOpener {
  /** Begins with a loaded page, for a person who has signed in or out. */
  readonly start: () => Promise<void>;
  /** Opens a screen at a width and waits until it is ready. */
  readonly open: (screen: Screen, width: keyof typeof heights) => Promise<void>;
}

/** Creates it for a page in which the owner is signed in. */
export function createScreenOpener(page: Page, url: string, parameters: ScreenParameters): ScreenOpener {
  const loadedPaths = new Set<string>();
  let emptyTexts = "";

  const load = async (address: string) => {
    // An address that differs only in the fragment would not load the page again.
    if (address.includes("#")) await page.goto("about:blank");
    await page.goto(address);
    loadedPaths.add(new URL(address).pathname);
  };
  /** Returns false if the page has to be loaded. */
  const navigate = async (address: string, stubs: readonly Stub[]) => {
    const { origin, pathname } = new URL(address);
    const isLoaded = loadedPaths.has(pathname) && new URL(page.url()).origin === origin;
    if (!isLoaded || pathname === emptyPath) return false;
    if (!(await page.evaluate<boolean>(`(${leave})(${JSON.stringify(emptyTexts)})`))) return false;
    const href = JSON.stringify(address.slice(origin.length));
    await page.evaluate(`(async () => { ${setStubs(stubs)} await (${enter})(${href}); })()`);
    return true;
  };
  return {
    async start() {
      await page.unrouteAll();
      await page.goto(`${url}${emptyPath}`);
      await waitUntilIdle(page);
      emptyTexts = await page.evaluate<string>(`(${readTexts})()`);
    },
    async open({ name, path, isAtLocalhost = false, stubs = [], prepare }, width) {
      await page.unrouteAll();
      // The page that is left would be laid out once more.
      await page.evaluate("document.documentElement.style.display = 'none'");
      await page.setViewportSize({ width, height: heights[width] });
      const host = isAtLocalhost ? await copyCookies(page, url) : url;
      const address = `${host}${typeof path === "string" ? path : path(parameters)}`;
      const removeStubs = await addStubs(page, stubs);
      try {
        if (!(await navigate(address, stubs))) await load(address);
        await waitUntilIdle(page);
        await prepare?.(page);
        await waitUntilIdle(page);
      } catch (error) {
        throw new Error(`The screen ${name} could not be prepared.`, { cause: error });
      } finally {
        await removeStubs();
      }
    },
  };
}

/** Signs the window in at `localhost` as it is at the IP address. Returns the server's address there. */
async function copyCookies(page: Page, url: string): Promise<string> {
  const cookies = await page.context().cookies(url);
  await page.context().addCookies(cookies.map((cookie) => ({ ...cookie, domain: "localhost" })));
  return url.replace("127.0.0.1", "localhost");
}
