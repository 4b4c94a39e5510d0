/** Reads the exports of an entry point from the sources: signatures and docstrings, in source order. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseSync } from "oxc-parser";

/**
 * @typedef {{ text: string, throws: readonly string[] }} Docstring each of `throws` begins with the name of the error
 * @typedef {{ name: string, doc: Docstring }} Member
 * @typedef {{ name: string, isType: boolean, code: string, doc: Docstring, members: readonly Member[] }} Exported
 *   `members` of an interface, a class or a namespace that have a docstring
 * @typedef {{ start: number, end: number }} Span
 * @typedef {Span & { name: string }} Part
 * @typedef {import("oxc-parser").Statement} Statement
 * @typedef {import("oxc-parser").Declaration} Declaration
 * @typedef {{ file: string, source: string, body: readonly Statement[], comments: readonly Span[] }} Module
 */

/**
 * @param {string} file the module of the entry point
 * @returns {readonly Exported[]}
 * @throws Error for an export without a docstring
 */
export function readExports(file) {
  const module = readModule(file);
  const exported = module.body.flatMap((statement) => readStatement(module, statement));
  const undocumented = exported.filter(({ doc }) => doc.text === "").map(({ name }) => name);
  if (undocumented.length > 0) throw new Error(`${file}: ${undocumented.join(", ")} needs a docstring.`);
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
  if (source === null) throw new Error(`${module.file}: export a declaration where it is.`);
  const origin = readModule(join(dirname(module.file), source.value));
  return specifiers.map(({ exported, local }) => {
    if (getName(exported) !== getName(local))
      throw new Error(`${module.file}: ${getName(local)} has two names.`);
    return find(origin, getName(local));
  });
}

/** @param {Module} module @param {string} name @returns {Exported} */
function find(module, name) {
  for (const statement of module.body) {
    if (statement.type !== "ExportNamedDeclaration") continue;
    const found = readNamedStatement(module, statement, name);
    if (found !== undefined) return found;
  }
  throw new Error(`${module.file} exports no ${name}.`);
}

/** @param {Module} module @param {import("oxc-parser").ExportNamedDeclaration} statement @param {string} name */
function readNamedStatement(module, statement, name) {
  const isHere =
    statement.declaration === null
      ? statement.specifiers.some(({ exported }) => getName(exported) === name)
      : declaredName(statement.declaration) === name;
  return isHere ? readStatement(module, statement).find((one) => one.name === name) : undefined;
}

/** `export * as name from "./module.ts"`. @param {Module} module @param {import("oxc-parser").ExportAllDeclaration} statement */
function readNamespace(module, { exported, source }) {
  if (exported === null) throw new Error(`${module.file}: export a namespace under a name.`);
  const file = join(dirname(module.file), source.value);
  const name = getName(exported);
  const values = readExports(file).filter(({ isType }) => !isType);
  return {
    name,
    isType: false,
    code: values.map(({ code }) => code.replace(/^function /, `${name}.`)).join("\n"),
    doc: readDocstring(findComment(readModule(file), null)),
    members: values,
  };
}

/** @param {Module} module @param {Declaration} declaration @param {Span} statement @returns {Exported} */
function readDeclaration(module, declaration, statement) {
  const parts = listParts(module, declaration);
  const members = parts.map((part) => ({ name: part.name, doc: readDocstring(findComment(module, part)) }));
  return {
    name: declaredName(declaration),
    isType: declaration.type === "TSInterfaceDeclaration" || declaration.type === "TSTypeAliasDeclaration",
    code: printCode(module, declaration, parts),
    doc: readDocstring(findComment(module, statement)),
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
function listParts({ source }, declaration) {
  /** @type {readonly (Span & { readonly key?: Span })[]} */
  let parts = [];
  if (declaration.type === "TSInterfaceDeclaration") parts = declaration.body.body;
  // Callers read the properties of an error that they catch; its constructor is internal.
  if (declaration.type === "ClassDeclaration")
    parts = declaration.body.body.filter(({ type }) => type === "PropertyDefinition");
  return parts.map(({ start, end, key }) => ({
    start,
    end,
    name: key === undefined ? "" : source.slice(key.start, key.end),
  }));
}

/** @param {Module} module @param {Declaration} declaration @param {readonly Part[]} parts */
function printCode(module, declaration, parts) {
  const { start, end } = declaration;
  switch (declaration.type) {
    case "FunctionDeclaration":
      return stripComments(module, { start, end: declaration.returnType?.end ?? end });
    case "VariableDeclaration": {
      const [first] = declaration.declarations;
      return stripComments(module, { start, end: first?.id.end ?? end });
    }
    case "ClassDeclaration": {
      const head = module.source.slice(start, declaration.body.start);
      const lines = parts.map((part) => `  ${stripComments(module, part).replace("override ", "")}`);
      return `${head}{\n${lines.join("\n")}\n}`;
    }
    case "TSTypeAliasDeclaration": {
      const whole = module.source.slice(start, end).replace(/;$/, "");
      const head = module.source.slice(start, declaration.typeParameters?.end ?? declaration.id.end);
      return listLocalTypes(module).some((name) => new RegExp(`\\b${name}\\b`).test(whole)) ? head : whole;
    }
    default:
      return stripComments(module, { start, end });
  }
}

/** The types that a module doesn't export: a type that uses them is printed without its definition. @param {Module} module */
function listLocalTypes({ body }) {
  return body.flatMap((statement) =>
    statement.type === "TSTypeAliasDeclaration" || statement.type === "TSInterfaceDeclaration"
      ? [statement.id.name]
      : [],
  );
}

/** @param {Module} module @param {Span} span */
function stripComments({ source, comments }, { start, end }) {
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
 * The docstring before a declaration; with null, that of the module.
 * @param {Module} module
 * @param {Span | null} what
 */
function findComment({ source, comments }, what) {
  const found =
    what === null
      ? comments[0]
      : comments.findLast(({ end }) => end <= what.start && source.slice(end, what.start).trim() === "");
  const text = found === undefined ? "" : source.slice(found.start, found.end);
  return text.startsWith("/**") ? text : "";
}

/** @param {import("oxc-parser").ModuleExportName} name */
function getName(name) {
  return name.type === "Literal" ? name.value : name.name;
}

/**
 * @param {string} comment with its signs, or nothing
 * @returns {Docstring}
 */
function readDocstring(comment) {
  const lines = comment
    .replace(/^\/\*\*/, "")
    .replace(/\*\/$/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd());
  const [text = "", ...tags] = lines
    .join("\n")
    .trim()
    .split(/\n(?=@)|^(?=@)/);
  return {
    text: text.startsWith("@") ? "" : text.trim(),
    throws: [text, ...tags].flatMap((tag) => {
      const match = /^@throws\s+([\s\S]+)$/.exec(tag)?.[1];
      return match === undefined ? [] : [match.replaceAll(/\s+/g, " ").trim()];
    }),
  };
}
