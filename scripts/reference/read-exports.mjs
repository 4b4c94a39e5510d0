/** What a door of a package exports, in its order, with signatures and docstrings as they stand in the sources. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseSync } from "oxc-parser";
import { readDocstring } from "./read-docstring.mjs";

/**
 * @typedef {import("./read-docstring.mjs").Docstring} Docstring
 * @typedef {{ name: string, doc: Docstring }} Member
 * @typedef {{ name: string, isType: boolean, code: string, doc: Docstring, members: readonly Member[] }} Exported
 *   `members` are those of an interface, of a class or of a module under one name, as far as something is said about them
 * @typedef {{ start: number, end: number }} Span
 * @typedef {Span & { name: string }} Part
 * @typedef {import("oxc-parser").Statement} Statement
 * @typedef {import("oxc-parser").Declaration} Declaration
 * @typedef {{ file: string, source: string, body: readonly Statement[], comments: readonly Span[] }} Module
 */

/**
 * @param {string} file the module that is the door
 * @returns {readonly Exported[]}
 * @throws Error for an export that nothing is said about
 */
export function readExports(file) {
  const module = readModule(file);
  const exported = module.body.flatMap((statement) => readStatement(module, statement));
  const silent = exported.filter(({ doc }) => doc.text === "").map(({ name }) => name);
  if (silent.length > 0) throw new Error(`${file}: say in a docstring what ${silent.join(", ")} is for.`);
  return exported;
}

/** @param {string} file @returns {Module} */
function readModule(file) {
  const source = readFileSync(file, "utf8");
  const { program, comments, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  return { file, source, body: program.body, comments };
}

/** @param {Module} module @param {Statement} statement @returns {readonly Exported[]} */
function readStatement(module, statement) {
  if (statement.type === "ExportAllDeclaration") return [readNamespace(module, statement)];
  if (statement.type !== "ExportNamedDeclaration") return [];
  const { declaration, source, specifiers } = statement;
  if (declaration !== null) return [readDeclaration(module, declaration, statement)];
  if (source === null) throw new Error(`${module.file}: export things where they are declared.`);
  const origin = readModule(join(dirname(module.file), source.value));
  return specifiers.map(({ exported, local }) => {
    if (nameOf(exported) !== nameOf(local))
      throw new Error(`${module.file}: ${nameOf(local)} has two names.`);
    return find(origin, nameOf(local));
  });
}

/** @param {Module} module @param {string} name @returns {Exported} */
function find(module, name) {
  for (const statement of module.body) {
    if (statement.type !== "ExportNamedDeclaration") continue;
    const found = readStatementOf(module, statement, name);
    if (found !== undefined) return found;
  }
  throw new Error(`${module.file} exports no ${name}.`);
}

/** @param {Module} module @param {import("oxc-parser").ExportNamedDeclaration} statement @param {string} name */
function readStatementOf(module, statement, name) {
  const isHere =
    statement.declaration === null
      ? statement.specifiers.some(({ exported }) => nameOf(exported) === name)
      : declaredName(statement.declaration) === name;
  return isHere ? readStatement(module, statement).find((one) => one.name === name) : undefined;
}

/** `export * as name from "./module.ts"`. @param {Module} module @param {import("oxc-parser").ExportAllDeclaration} statement */
function readNamespace(module, { exported, source }) {
  if (exported === null) throw new Error(`${module.file}: name what a door exports.`);
  const file = join(dirname(module.file), source.value);
  const name = nameOf(exported);
  const values = readExports(file).filter(({ isType }) => !isType);
  return {
    name,
    isType: false,
    code: values.map(({ code }) => code.replace(/^function /, `${name}.`)).join("\n"),
    doc: readDocstring(commentBefore(readModule(file), null)),
    members: values,
  };
}

/** @param {Module} module @param {Declaration} declaration @param {Span} statement @returns {Exported} */
function readDeclaration(module, declaration, statement) {
  const parts = partsOf(module, declaration);
  const members = parts.map((part) => ({ name: part.name, doc: readDocstring(commentBefore(module, part)) }));
  return {
    name: declaredName(declaration),
    isType: declaration.type === "TSInterfaceDeclaration" || declaration.type === "TSTypeAliasDeclaration",
    code: codeOf(module, declaration, parts),
    doc: readDocstring(commentBefore(module, statement)),
    members: members.filter(({ doc }) => doc.text !== ""),
  };
}

/** @param {Declaration} declaration */
function declaredName(declaration) {
  if (declaration.type === "VariableDeclaration") {
    const [first] = declaration.declarations;
    if (first?.id.type === "Identifier") return first.id.name;
  } else if ("id" in declaration && declaration.id?.type === "Identifier") return declaration.id.name;
  throw new Error(`A ${declaration.type} can't be described.`);
}

/** @param {Module} module @param {Declaration} declaration @returns {readonly Part[]} */
function partsOf({ source }, declaration) {
  /** @type {readonly (Span & { readonly key?: Span })[]} */
  let parts = [];
  if (declaration.type === "TSInterfaceDeclaration") parts = declaration.body.body;
  // Who catches an error reads its properties; making one is the package's own business.
  if (declaration.type === "ClassDeclaration")
    parts = declaration.body.body.filter(({ type }) => type === "PropertyDefinition");
  return parts.map(({ start, end, key }) => ({
    start,
    end,
    name: key === undefined ? "" : source.slice(key.start, key.end),
  }));
}

/** @param {Module} module @param {Declaration} declaration @param {readonly Part[]} parts */
function codeOf(module, declaration, parts) {
  const { start, end } = declaration;
  switch (declaration.type) {
    case "FunctionDeclaration":
      return withoutComments(module, { start, end: declaration.returnType?.end ?? end });
    case "VariableDeclaration": {
      const [first] = declaration.declarations;
      return withoutComments(module, { start, end: first?.id.end ?? end });
    }
    case "ClassDeclaration": {
      const head = module.source.slice(start, declaration.body.start);
      const lines = parts.map((part) => `  ${withoutComments(module, part).replace("override ", "")}`);
      return `${head}{\n${lines.join("\n")}\n}`;
    }
    case "TSTypeAliasDeclaration": {
      const whole = module.source.slice(start, end).replace(/;$/, "");
      const head = module.source.slice(start, declaration.typeParameters?.end ?? declaration.id.end);
      return privateTypes(module).some((name) => new RegExp(`\\b${name}\\b`).test(whole)) ? head : whole;
    }
    default:
      return withoutComments(module, { start, end });
  }
}

/** Types that stay inside a module: what is built from them is described in words. @param {Module} module */
function privateTypes({ body }) {
  return body.flatMap((statement) =>
    statement.type === "TSTypeAliasDeclaration" || statement.type === "TSInterfaceDeclaration"
      ? [statement.id.name]
      : [],
  );
}

/** @param {Module} module @param {Span} span */
function withoutComments({ source, comments }, { start, end }) {
  let text = "";
  let from = start;
  for (const comment of comments) {
    if (comment.start < from || comment.end > end) continue;
    text += source.slice(from, comment.start);
    from = comment.end;
  }
  text += source.slice(from, end);
  return text.replaceAll(/\n\s*(?=\n)/g, "");
}

/**
 * The docstring in front of something; with null, that of the module.
 * @param {Module} module
 * @param {Span | null} what
 */
function commentBefore({ source, comments }, what) {
  const found =
    what === null
      ? comments[0]
      : comments.findLast(({ end }) => end <= what.start && source.slice(end, what.start).trim() === "");
  const text = found === undefined ? "" : source.slice(found.start, found.end);
  return text.startsWith("/**") ? text : "";
}

/** @param {import("oxc-parser").ModuleExportName} name */
function nameOf(name) {
  return name.type === "Literal" ? name.value : name.name;
}
