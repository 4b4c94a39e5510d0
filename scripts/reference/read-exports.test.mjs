import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readExports } from "./read-exports.mjs";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-reference-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** @param {string} name @param {string} source */
function write(name, source) {
  const file = join(folder, name);
  writeFileSync(file, source);
  return file;
}

test("reads a function's signature, docstring and errors, without its body", () => {
  const file = write(
    "function.ts",
    `/** Half of it.
 *
 * In whole numbers.
 * @throws RangeError for
 *   odd ones
 */
export function half(of: /* any */ number): number { return of / 2; }
const secret = 1;
`,
  );
  expect(readExports(file)).toEqual([
    {
      name: "half",
      isType: false,
      code: "function half(of:  number): number",
      doc: { text: "Half of it.\n\nIn whole numbers.", throws: ["RangeError for odd ones"] },
      members: [],
    },
  ]);
});

test("reads an interface with its members, and a type that uses local types without its definition", () => {
  write(
    "types.ts",
    `type Secret = { inside: string };
/** Seen. */
export interface Shown {
  /** How many. */
  readonly count: number;
  readonly more: string;
}
/** Made of what isn't seen. */
export type Built<P> = Secret & P;
`,
  );
  const entryPoint = write("entry-point.ts", 'export type { Built, Shown } from "./types.ts";\n');
  expect(readExports(entryPoint)).toMatchObject([
    { name: "Built", code: "type Built<P>" },
    {
      name: "Shown",
      code: "interface Shown {\n  readonly count: number;\n  readonly more: string;\n}",
      members: [{ name: "count", doc: { text: "How many." } }],
    },
  ]);
});

test("reports an export without a docstring by name", () => {
  const file = write(
    "undocumented.ts",
    "/** One. */\nexport const documented = 1;\nexport const silent = 2;\n",
  );
  expect(() => readExports(file)).toThrow("silent needs a docstring");
});
