/** What axe and our own rules find on a page. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { findStructureProblems } from "./find-structure-problems.ts";
import { type CheckedColors, markNewTexts, newText, newTextMark, watchContrast } from "./new-texts.ts";

/** The styles of the texts that journeys have checked in this process. */
const checkedInJourneys: CheckedColors = new Set();

/**
 * Expects that axe finds nothing, its best practices included, and that the page doesn't scroll sideways. The colors of texts whose
 * styles were checked in an earlier call are not checked again.
 */
export async function expectAccessible(page: Page): Promise<void> {
  expect(await findAccessibilityProblems(page, { checkedColors: checkedInJourneys })).toEqual([]);
}

/**
 * Which rules run. `colors`: those that depend on the theme. `names`: those that depend on the words of the language.
 * The structure of a page depends on neither.
 */
type RuleSet = "all" | "colors" | "names";

/** Which rules run, and on which texts. */
export interface CheckOptions {
  readonly rules?: RuleSet;
  /** Leaves out the colors of texts whose styles it contains, and adds those that are checked. Without it, all are checked. */
  readonly checkedColors?: CheckedColors;
}

const colorRules = ["color-contrast", "link-in-text-block"];
const nameRules = [
  "aria-command-name",
  "aria-dialog-name",
  "aria-input-field-name",
  "aria-progressbar-name",
  "aria-toggle-field-name",
  "aria-tooltip-name",
  "button-name",
  "document-title",
  "empty-heading",
  "empty-table-header",
  "html-has-lang",
  "html-lang-valid",
  "image-alt",
  "input-button-name",
  "label",
  "label-content-name-mismatch",
  "link-name",
  "select-name",
  "summary-name",
  "svg-img-alt",
  "valid-lang",
];

const axe = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** Rows and groups of rows repeat the same structure; axe takes seconds for all of them. */
const checked = {
  exclude: [
    "tbody > tr:nth-child(n + 8)",
    "tbody:nth-of-type(n + 8)",
    "main ul > li:nth-child(n + 12)",
    "[role=treegrid] > [role=rowgroup]:nth-of-type(n + 8)",
    "main div:has(> h3 + ul):nth-of-type(n + 8)",
  ],
};

/** Describes what axe finds, its best practices included, the structure problems, and by how much the page scrolls sideways. */
export async function findAccessibilityProblems(
  page: Page,
  { rules = "all", checkedColors }: CheckOptions = {},
): Promise<readonly string[]> {
  return [
    ...(rules === "colors" ? [] : await findStructureProblems(page)),
    ...(await findViolations(page, rules, checkedColors)),
    ...(await findSidewaysScrolling(page)),
  ];
}

/** Describes by how much the page scrolls sideways. Empty if it doesn't. */
export async function findSidewaysScrolling(page: Page): Promise<readonly string[]> {
  const overflow = await findOverflow(page);
  return overflow > 0 ? [`scrolls ${overflow} px sideways`] : [];
}

/** Runs axe, which is added to a page once. */
async function findViolations(
  page: Page,
  rules: RuleSet,
  checkedColors: CheckedColors | undefined,
): Promise<readonly string[]> {
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(`${axe}; ${watchContrast}`);
  const options = {
    resultTypes: ["violations"],
    selectors: false, // the HTML of the elements with problems is reported instead
    elementRef: true,
    preload: { assets: ["media"] }, // no rule that runs reads the style sheets
    ...selectRules(rules),
  };
  const run = (
    texts: string,
  ) => `axe.configure({ noHtml: true, rules: [{ id: "color-contrast", selector: "${texts}" }] });
    const { violations } = await axe.run(${JSON.stringify(checked)}, ${JSON.stringify(options)});
    const problems = violations.map(({ id, nodes }) => id + ": " + nodes.map(({ element }) => element.outerHTML.slice(0, 300)).join(" ").replaceAll(${JSON.stringify(newTextMark)}, ""));`;
  if (checkedColors === undefined || rules === "names")
    return page.evaluate<readonly string[]>(`(async () => { ${run("*")} return problems; })()`);
  const result = await page.evaluate<{
    readonly problems: readonly string[];
    readonly styles: readonly string[];
  }>(`(async () => {
    ${markNewTexts(checkedColors, checked.exclude)}
    if (${rules === "colors"} && newTexts.size === 0) return { problems: [], styles: [] };
    ${run(newText)}
    return { problems, styles: unmarkTexts() };
  })()`);
  for (const style of result.styles) checkedColors.add(style);
  return result.problems;
}

function selectRules(rules: RuleSet): object {
  if (rules === "all") return {};
  return { runOnly: { type: "rule", values: rules === "colors" ? colorRules : nameRules } };
}

/** Measures by how many pixels the page is wider than the window. */
export async function findOverflow(page: Page): Promise<number> {
  return page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}
