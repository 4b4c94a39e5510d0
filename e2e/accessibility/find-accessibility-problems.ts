/** What axe and our own rules find on a page. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { findStructureProblems } from "./find-structure-problems.ts";

/** Expects that axe finds nothing, its best practices included, and that the page doesn't scroll sideways. */
export async function expectAccessible(page: Page): Promise<void> {
  expect(await findAccessibilityProblems(page)).toEqual([]);
}

/**
 * Which rules run. `colors`: those that depend on the theme. `names`: those that depend on the words of the language.
 * The structure of a page depends on neither.
 */
export type RuleSet = "all" | "colors" | "names";

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

/** Describes what axe finds, its best practices included, the structure problems, and by how much the page scrolls sideways. */
export async function findAccessibilityProblems(
  page: Page,
  rules: RuleSet = "all",
): Promise<readonly string[]> {
  const builder = new AxeBuilder({ page })
    .setLegacyMode() // no page has a frame; the other mode opens a second page for each run
    .options({ resultTypes: ["violations"] })
    // Rows repeat the same structure; axe takes seconds for fifty of them.
    .exclude("tbody > tr:nth-child(n + 8)")
    .exclude("tbody:nth-of-type(n + 8)")
    .exclude("main ul > li:nth-child(n + 12)");
  if (rules === "colors") builder.withRules(colorRules);
  if (rules === "names") builder.withRules(nameRules);
  const { violations } = await builder.analyze();
  const overflow = await findOverflow(page);
  return [
    ...(rules === "colors" ? [] : await findStructureProblems(page)),
    ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
    ...(overflow > 0 ? [`scrolls ${overflow} px sideways`] : []),
  ];
}

/** Measures by how many pixels the page is wider than the window. */
export async function findOverflow(page: Page): Promise<number> {
  return page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}
