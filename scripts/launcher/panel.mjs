/** The panel's build, and that of the example. */
import { isBuilt, preparePages } from "./pages.mjs";

const panel = { name: "panel", folder: "packages/panel" };
const example = { name: "example", folder: "examples/engagement-panel", without: ["data", "start", "test"] };

/**
 * Builds the panel into packages/panel/dist unless what is there came from these very sources.
 * @param {string} node the Node to build with
 */
export function preparePanel(node) {
  return preparePages(node, panel);
}

/**
 * Builds the example's pages into examples/engagement-panel/dist unless they are there already.
 * @param {string} node the Node to build with
 */
export function prepareExample(node) {
  return preparePages(node, example);
}

/** Whether there is a build of the panel, of whatever sources. */
export function isPanelBuilt() {
  return isBuilt(panel);
}
