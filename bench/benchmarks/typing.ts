/** Typing into the search of 100,000 users on a slow machine: the time from a key press to the next paint. */
import { foldText } from "@gatehouse/sdk/contract";
import type { Browser } from "playwright-core";
import { launchChromium } from "../../e2e/support/chromium.ts";
import { createRandom, pick } from "../../packages/server/src/cli/demo/people.ts";
import { preparePanel } from "../../scripts/launcher/build-pages.mjs";
import { collectKeyTimes, slowDown, typeAndErase } from "../browser/keystrokes.ts";
import { quantile } from "../harness/compare.ts";
import { createBenchDatabase } from "../harness/database.ts";
import { generateUsers } from "../harness/fixtures.ts";
import { startGatehouse } from "../harness/processes.ts";
import { type Benchmark, short, valueRow } from "../harness/report.ts";

const users = 100_000;
const names = 10;
const cpuSlowdown = 4;
const widths = [1280, 375] as const;
const barePage = `<!doctype html><title>Baseline</title><label>Search <input type="search"></label>`;

/** `npm run bench -- typing` */
export const typing: Benchmark = {
  name: "typing",
  summary: `Keys typed into the search of ${users.toLocaleString("en")} users, in Chromium with a processor ${cpuSlowdown} × slower`,
  run: async (log) => {
    await preparePanel(process.execPath);
    log(`creating ${users} users`);
    const database = await createBenchDatabase();
    const acme = await database.organization("Lodos Retail");
    const people = generateUsers(users);
    await database.users(acme, people);
    await database.sql("ANALYZE");
    const token = await database.session(acme.owner);
    const server = await startGatehouse(database.url);
    const browser = await launchChromium();
    try {
      const rows = [];
      const raw = [
        `${database.version}, Chromium ${browser.version()}, ${names} names typed and erased at each width`,
      ];
      for (const width of widths) {
        log(`typing at ${width} px`);
        const { panel, bare } = await typeAtWidth(browser, { url: server.url, token, width, people });
        rows.push(
          valueRow({
            what: `from a key press to the next paint, p75 at ${width} px`,
            value: quantile(panel, 0.75),
            unit: "ms",
            goal: { max: 100 },
          }),
        );
        raw.push(`${width} px, the panel: ${spread(panel)}`, `${width} px, a bare input: ${spread(bare)}`);
      }
      return { rows, raw };
    } finally {
      await browser.close();
      await server.stop();
      await database.close();
    }
  },
};

interface TypingRun {
  readonly url: string;
  readonly token: string;
  readonly width: number;
  readonly people: readonly { readonly name: string }[];
}

/** Types each name into the panel and into a bare page, alternately. */
async function typeAtWidth(browser: Browser, { url, token, width, people }: TypingRun) {
  const context = await browser.newContext({ viewport: { width, height: 860 }, reducedMotion: "reduce" });
  await context.addCookies([{ name: "gatehouse", value: token, url }]);
  const panel = await context.newPage();
  await collectKeyTimes(panel);
  await panel.goto(`${url}/users`);
  await panel.locator("main tbody tr, main li").first().waitFor();
  await panel.getByRole("searchbox").waitFor();
  const bare = await context.newPage();
  await collectKeyTimes(bare);
  await bare.route("**/*", (route) => route.fulfill({ body: barePage, contentType: "text/html" }));
  await bare.goto("http://baseline.localhost/");
  const times = { panel: [] as number[], bare: [] as number[] };
  const random = createRandom(width);
  for (let round = 0; round < names; round += 1) {
    const text = toPlainText(pick(random, people).name);
    for (const [kind, page] of [
      ["panel", panel],
      ["bare", bare],
    ] as const) {
      await page.bringToFront();
      await slowDown(page, cpuSlowdown);
      await page.getByRole("searchbox").focus();
      const { keys } = await typeAndErase(page, text, round);
      times[kind].push(...keys);
      await slowDown(page, 1);
    }
  }
  await context.close();
  return times;
}

/** The first name without diacritics. */
function toPlainText(name: string): string {
  return foldText(name.split(" ")[0] ?? "").replaceAll(/[^a-z]/g, "");
}

function spread(times: readonly number[]): string {
  const [p50 = 0, p75 = 0, p98 = 0] = [0.5, 0.75, 0.98].map((share) => quantile(times, share));
  return `p50 ${short(p50)}, p75 ${short(p75)}, p98 ${short(p98)} ms of ${times.length} keys (16 means 16 or less)`;
}
