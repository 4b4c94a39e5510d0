/**
 * Writes a picture of every screen in every look into `.cache/screenshots`, with a page to leaf through them:
 * `npm run screenshots`, or `npm run screenshots -- roles users` for those whose names begin so.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launchChromium } from "./support/chromium.ts";
import type { Appearance } from "./support/panel-page.ts";
import { anonymousScreens, ownerScreens } from "./support/screens/screens.ts";
import { teamLeadScreens } from "./support/screens/team-lead-screens.ts";
import { startDemo } from "./support/start-server.ts";
import { visitScreens } from "./support/visit-screens.ts";

const folder = join(import.meta.dirname, "..", ".cache", "screenshots");
const beginnings = process.argv.length > 2 ? process.argv.slice(2) : [""];
const looks: readonly Required<Appearance>[] = ([1280, 375] as const).flatMap((width) =>
  (["light", "dark"] as const).flatMap((theme) =>
    (["en-GB", "tr-TR"] as const).map((locale) => ({ width, theme, locale, forcedColors: false })),
  ),
);
const forced: Required<Appearance> = { width: 1280, theme: "dark", locale: "en-GB", forcedColors: true };

function getSuffix({ width, theme, locale, forcedColors }: Required<Appearance>): string {
  return [width, forcedColors ? "forced" : theme, locale.slice(0, 2)].join("-");
}

const all = [...looks, forced];
const isWanted = ({ name }: { readonly name: string }) =>
  beginnings.some((beginning) => name.startsWith(beginning));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const server = await startDemo();
const browser = await launchChromium();
try {
  for (const look of all) {
    console.log(getSuffix(look));
    await visitScreens(browser, server.url, look, {
      isWanted,
      visit: async ({ name }, page) => {
        await page.screenshot({ path: join(folder, `${name}-${getSuffix(look)}.png`) });
      },
    });
  }
} finally {
  await browser.close();
  await server.stop();
}
const rows = [...ownerScreens, ...teamLeadScreens, ...anonymousScreens].filter(isWanted).map(({ name }) => {
  const pictures = all.map((look) => `${name}-${getSuffix(look)}.png`);
  const images = pictures.map(
    (file) => `<a href="${file}"><img src="${file}" loading="lazy" alt="${file}"></a>`,
  );
  return `<h2 id="${name}">${name}</h2><div>${images.join("")}</div>`;
});
const style =
  "body{font:14px system-ui;margin:24px}div{display:flex;gap:8px;overflow:auto}img{height:320px;border:1px solid #ccc}";
writeFileSync(
  join(folder, "index.html"),
  `<!doctype html><meta charset="utf-8"><title>Gatehouse screens</title><style>${style}</style>${rows.join("\n")}`,
);
console.log(`${rows.length * all.length} pictures: ${join(folder, "index.html")}`);
