import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { findAccessibilityProblems } from "./find-accessibility-problems.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await shareChromium();
});
afterAll(() => closeWindows(browser));

const rows = (count: number) => "<tr><td><button></button></td></tr>".repeat(count);
const html = `<!doctype html><html lang="en"><title>Faulty</title><main><h1 style="color: #ccc">Faulty</h1>
  <p aria-describedby="nowhere" style="inline-size: 2000px">Wide</p>
  <table><thead><tr><th>One</th></tr></thead><tbody>${rows(20)}</tbody></table></main></html>`;

test("finds what axe and the structure rules find, in the first rows, as often as it is asked", async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.setContent(html);
  const contrast = expect.stringMatching(/^color-contrast: <h1 /);
  const names = expect.stringMatching(/^button-name: (<button><\/button> ?){7}$/);
  const reference = expect.stringMatching(/^aria-describedby points to nothing: <p /);
  const overflow = expect.stringMatching(/^scrolls \d+ px sideways$/);
  const found = await findAccessibilityProblems(page);
  expect(found).toEqual(expect.arrayContaining([contrast, names, reference, overflow]));
  expect(await findAccessibilityProblems(page, { rules: "colors" })).toEqual([contrast, overflow]);
  expect(await findAccessibilityProblems(page, { rules: "names" })).toEqual([reference, names, overflow]);
});

test("checks the colors of texts with the same styles once, and those of others on the next page", async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const checkedColors = new Set<string>();
  const findColors = () => findAccessibilityProblems(page, { rules: "colors", checkedColors });
  const text = (style: string, more = "") => `<!doctype html><html lang="en"><title>Texts</title>
    <main><style>b, i { color: #000 } i { ${style} }</style><b>Black</b>${more}</main></html>`;
  await page.setContent(text(""));
  expect(await findColors()).toEqual([]);
  const { size } = checkedColors;
  expect(size).toBeGreaterThan(0);
  await page.setContent(text("", "<b>The same</b>"));
  expect(await findColors()).toEqual([]);
  expect(checkedColors.size).toBe(size);
  await page.setContent(text("color: #ccc", "<i>Gray</i>"));
  expect(await findColors()).toEqual(["color-contrast: <i>Gray</i>"]);
  await page.setContent(text("display: none", "<i>Hidden</i>"));
  expect(await findColors()).toEqual([]);
  await page.setContent(text("background: #222", "<i>Dark</i>"));
  expect(await findColors()).toEqual(["color-contrast: <i>Dark</i>"]);
});
