import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("the dark theme of the system and the chosen one have the same colours", () => {
  const css = readFileSync(new URL("tokens.css", import.meta.url), "utf8");
  const [system, chosen] = ['[data-theme="light"])', '[data-theme="dark"]'].map((selector) => {
    const block = css.slice(css.indexOf(`${selector} {`));
    return block.slice(block.indexOf("{") + 1, block.indexOf("}")).replaceAll(/\s+/g, " ");
  });
  expect(system).toContain("--canvas:");
  expect(chosen).toBe(system);
});
