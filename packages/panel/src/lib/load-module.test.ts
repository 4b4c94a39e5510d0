import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const source = join(import.meta.dirname, "..");

/** Loaded by `React.lazy` in components without knowledge of the server: the page around them finds the cause. */
const components = ["ui/forms/select.tsx", "ui/overlays/menu.tsx"];

test("every part of the panel is loaded with loadModule or lazyPage, which say why it can't be loaded", () => {
  const unexplained = globSync("**/*.{ts,tsx}", { cwd: source })
    .filter((file) => !file.includes(".test.") && !components.includes(file))
    .flatMap((file) =>
      [...readFileSync(join(source, file), "utf8").matchAll(/.*\bimport\(/g)]
        .map(([line]) => `${file}: ${line.trim()}`)
        .filter((line) => !/typeof import\($|\* |(?:loadModule|lazyPage)\(\(\) => import\($/.test(line)),
    );
  const multiline = ["features/settings/route.ts: () => import("];
  expect(unexplained.filter((line) => !multiline.includes(line))).toEqual([]);
});
