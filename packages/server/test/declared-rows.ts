/**
 * Finds the `Row` that a statement declares: reads the type argument of its `` sql<Row>`…` `` from the source. TypeScript's
 * types don't exist at run time, so nothing else would notice a column that is missing, misspelt or null.
 */
import { readdirSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync, type TSType } from "oxc-parser";
import { createTypeReader, type Fields, type Module, UnreadableType } from "./read-type.ts";

/** What a template declares about its rows. */
export interface DeclaredRow {
  /** `path:line` of the template. */
  readonly at: string;
  /** The fields; null without a type argument. */
  readonly fields: Fields | null;
  /** Why the type argument can't be read; null if it can. */
  readonly problem: string | null;
}

/** The templates of the sources. */
export interface RowFinder {
  /** The templates with these literal parts; none for one that isn't in the sources. */
  readonly find: (template: readonly string[]) => readonly DeclaredRow[];
  /** The templates whose type argument can't be read. */
  readonly listUnreadable: () => readonly DeclaredRow[];
}

interface Site extends DeclaredRow {
  readonly key: string;
}

/** The finder of this process: parsing the sources takes longer than most tests. */
export function getRowFinder(): RowFinder {
  shared ??= createRowFinder();
  return shared;
}
let shared: RowFinder | null = null;

const source = fileURLToPath(new URL("../src/", import.meta.url));

/** Searches the server's sources, without the tests. A file is parsed once, when a template of it is first looked up. */
export function createRowFinder(
  files: ReadonlyMap<string, string> = readSources(),
  parse: (file: string) => Module = parseModule,
): RowFinder {
  const modules = new Map<string, Module>();
  const readModule = (file: string): Module => {
    const module = modules.get(file) ?? parse(file);
    modules.set(file, module);
    return module;
  };
  const types = createTypeReader(readModule);
  const sites = new Map<string, readonly Site[]>();
  const found = new WeakMap<readonly string[], readonly Site[]>();
  const readSites = (file: string): readonly Site[] => {
    const known = sites.get(file) ?? listSites(readModule(file), types);
    sites.set(file, known);
    return known;
  };
  const readSitesWith = (part: string): readonly Site[] =>
    [...files].flatMap(([file, text]) => (text.includes(part) ? readSites(file) : []));
  return {
    find: (template) => {
      const known = found.get(template);
      if (known !== undefined) return known;
      const key = toKey(template);
      const matching = readSitesWith(longestPart(template)).filter((site) => site.key === key);
      found.set(template, matching);
      return matching;
    },
    listUnreadable: () => readSitesWith("sql<").filter(({ problem }) => problem !== null),
  };
}

/** The longest text of a template that is written in the source as it is at run time. */
function longestPart(template: readonly string[]): string {
  const parts = template.flatMap((part) => part.split("\\"));
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), "");
}

function toKey(parts: readonly string[]): string {
  return parts.join("\0");
}

function listSites({ file, text, program }: Module, types: ReturnType<typeof createTypeReader>): Site[] {
  const all: Site[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if (isSqlTemplate(node)) {
      const key = toKey(node.quasi.quasis.map(({ value }) => value.cooked ?? ""));
      const line = text.slice(0, node.start).split("\n").length;
      all.push({ key, at: `${relative(source, file)}:${line}`, ...readRow(node) });
    }
    for (const child of Object.values(node)) visit(child);
  };
  const readRow = ({ typeArguments }: SqlTemplate): Pick<DeclaredRow, "fields" | "problem"> => {
    const [type] = typeArguments?.params ?? [];
    if (type === undefined) return { fields: null, problem: null };
    try {
      return { fields: types.readFields(file, type), problem: null };
    } catch (error) {
      if (!(error instanceof UnreadableType)) throw error;
      return { fields: null, problem: error.message };
    }
  };
  visit(program.body);
  return all;
}

interface SqlTemplate {
  readonly start: number;
  readonly typeArguments?: { readonly params: readonly TSType[] } | null;
  readonly quasi: { readonly quasis: readonly { readonly value: { readonly cooked: string | null } }[] };
}

function isSqlTemplate(node: object): node is SqlTemplate {
  return (
    Reflect.get(node, "type") === "TaggedTemplateExpression" &&
    Reflect.get(Object(Reflect.get(node, "tag")), "name") === "sql"
  );
}

function readSources(): ReadonlyMap<string, string> {
  const names = readdirSync(source, { recursive: true, encoding: "utf8" });
  return new Map(
    names
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => [`${source}${name}`, readFileSync(`${source}${name}`, "utf8")]),
  );
}

function parseModule(file: string): Module {
  const text = readFileSync(file, "utf8");
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  return { file, text, program };
}
