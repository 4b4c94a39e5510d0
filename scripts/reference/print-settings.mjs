/** Prints the table of the settings, and puts it into a page between two comments. */
import { settings } from "../../packages/server/src/setting-list.ts";

const start = "<!-- settings: written by scripts/reference/write-reference.mjs -->";
const end = "<!-- end of settings -->";

/**
 * The page with the current table.
 * @param {string} page
 * @param {string} title the name of the page in an error
 * @returns {string}
 */
export function replaceSettings(page, title) {
  const [before, rest = ""] = page.split(start);
  const [, after] = rest.split(end);
  if (before === undefined || after === undefined) throw new Error(`${title} has no place for the settings.`);
  return `${before}${start}\n${printSettings()}${end}${after}`;
}

function printSettings() {
  const rows = settings.map(
    (setting) => `| \`${setting.name}\` | ${setting.default} | ${setting.meaning} |\n`,
  );
  return `\n| variable | default | meaning |\n|---|---|---|\n${rows.join("")}\n`;
}
