import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "./support/chromium.ts";
import { findBarriers, findOverflow, type Look, openWindow } from "./support/panel.ts";
import type { Screen } from "./support/screen.ts";
import { type RunningServer, startServer } from "./support/start-server.ts";
import { walk } from "./support/walk.ts";

let browser: Browser;
let server: RunningServer;

beforeAll(async () => {
  browser = await launchChromium();
  server = await startServer({}, "demo");
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

const themes = ["light", "dark"] as const;
const looks: readonly Required<Pick<Look, "width" | "locale">>[] = ([1280, 375] as const).flatMap((width) =>
  (["en-GB", "tr-TR"] as const).map((locale) => ({ width, locale })),
);

for (const look of looks)
  test(`no screen has a barrier at ${Object.values(look).join(", ")}, light or dark`, {
    timeout: 900_000,
  }, async () => {
    const barriers: Record<string, readonly string[]> = {};
    const faults = await walk(browser, server.url, look, {
      async visit({ name }, page) {
        for (const theme of themes) {
          await page.emulateMedia({ colorScheme: theme });
          const found = await findBarriers(page, theme === "light" ? "all" : "colours");
          if (found.length > 0) barriers[`${name}, ${theme}`] = found;
        }
        await page.emulateMedia({ colorScheme: "light" });
      },
    });
    expect(barriers).toEqual({});
    expect(faults).toEqual([]);
  });

test.each([320, 1280] as const)(
  "no screen scrolls sideways at %d px, moves its parts about, or asks another host",
  {
    timeout: 300_000,
  },
  async (width) => {
    const wide: Record<string, number> = {};
    const moved: Record<string, number> = {};
    const asked = new Set<string>();
    const visit = async ({ name, act }: Screen, page: Page) => {
      const overflow = await findOverflow(page);
      if (overflow > 0) wide[name] = overflow;
      const hosts = await page.evaluate<readonly string[]>(
        "performance.getEntriesByType('resource').map(({ name }) => new URL(name).host)",
      );
      for (const host of hosts) asked.add(host);
      if (act !== undefined) return;
      const shift = await page.evaluate<number>(`new Promise((resolve) => {
      new PerformanceObserver((list) => resolve(list.getEntries().reduce((sum, { value }) => sum + value, 0)))
        .observe({ type: "layout-shift", buffered: true });
      setTimeout(() => resolve(0), 50);
    })`);
      if (shift > 0.02) moved[name] = shift;
    };
    await walk(browser, server.url, { width }, { visit });
    expect({ wide, moved, asked: [...asked] }).toEqual({
      wide: {},
      moved: {},
      asked: [new URL(server.url).host],
    });
  },
);

test("the set-up page has no barrier", async () => {
  const fresh = await startServer();
  try {
    for (const theme of themes) {
      const { context, page } = await openWindow(browser, { theme, width: 375 });
      await page.goto(fresh.setupLink());
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await findBarriers(page)).toEqual([]);
      await context.close();
    }
  } finally {
    await fresh.stop();
  }
});
