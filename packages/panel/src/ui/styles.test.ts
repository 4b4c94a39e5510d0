import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const read = (pattern: string) =>
  new Map(globSync(pattern, { cwd: root }).map((path) => [path, readFileSync(join(root, path), "utf8")]));
const sheets = new Map(
  [...read("**/*.module.css")].map(([path, css]) => [path, css.replace(/\/\*[\s\S]*?\*\//g, "")]),
);
const sources = read("**/*.tsx");

interface SheetUsage {
  /** Every `styles["name"]` in sources that import the sheet. */
  readonly names: ReadonlySet<string>;
  /** A variable is used as index, so every class may be used. */
  readonly isOpen: boolean;
}

function findUsage(sheet: string): SheetUsage {
  const names = new Set<string>();
  let isOpen = false;
  for (const [path, source] of sources) {
    for (const [, variable, imported = ""] of source.matchAll(
      /import (\w+) from "(\.[^"]+\.module\.css)"/g,
    )) {
      if (join(dirname(path), imported) !== sheet) continue;
      for (const [, name = ""] of source.matchAll(new RegExp(`\\b${variable}\\["([\\w-]+)"\\]`, "g")))
        names.add(name);
      isOpen ||= new RegExp(`\\b${variable}\\[(?!")`).test(source);
    }
  }
  return { names, isOpen };
}

function findClasses(css: string): ReadonlySet<string> {
  const selectors = css.match(/[^{}]+(?=\{)/g) ?? [];
  return new Set(
    selectors.flatMap((selector) =>
      Array.from(selector.matchAll(/\.([a-z][\w-]*)/gi), ([, name = ""]) => name),
    ),
  );
}

test.each([...sheets.keys()])("%s defines exactly the classes that sources use", (sheet) => {
  const defined = findClasses(sheets.get(sheet) ?? "");
  const { names, isOpen } = findUsage(sheet);
  expect([...names].filter((name) => !defined.has(name))).toEqual([]);
  expect([...defined].filter((name) => !names.has(name) && !isOpen)).toEqual([]);
});

test("components use colours only from tokens", () => {
  for (const [path, css] of sheets) {
    const literal = /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\((?!var)[^)]*\)/gi;
    expect(css.match(literal) ?? [], path).toEqual([]);
  }
});

/** Positions can't be classes. React sets them as properties, which the Content-Security-Policy permits. */
const positioned = ["ui/forms/virtual-list.tsx"];

test("no style attributes: the Content-Security-Policy forbids them", () => {
  for (const [path, source] of sources)
    if (!positioned.includes(path)) expect(source, path).not.toMatch(/\sstyle=\{/);
});
