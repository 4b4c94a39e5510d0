/** Reads the fields of a type from its source: the kinds of types that rows are declared with. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Program, TSInterfaceDeclaration, TSType, TSTypeAliasDeclaration, TSTypeName } from "oxc-parser";

/** A parsed source file. */
export interface Module {
  readonly file: string;
  readonly text: string;
  readonly program: Program;
}

/** Fields by name. */
export type Fields = ReadonlyMap<string, Field>;

interface Field {
  readonly isNullable: boolean;
  /** With `?`: the column may be missing. */
  readonly isOptional: boolean;
}

/** The fields can't be determined. */
export class UnreadableType extends Error {
  override readonly name = "UnreadableType";
}

type Declaration = TSTypeAliasDeclaration | TSInterfaceDeclaration;

interface Found {
  readonly file: string;
  readonly declaration: Declaration;
}

/** Reads types of these modules and of those that they import. */
export function createTypeReader(readModule: (file: string) => Module) {
  /** The declaration of a name in a file, or where the file has it from; null for a global or a type parameter. */
  const find = (file: string, name: string): Found | null => {
    for (const statement of readModule(file).program.body) {
      const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
      if (
        (declaration?.type === "TSTypeAliasDeclaration" || declaration?.type === "TSInterfaceDeclaration") &&
        declaration.id.name === name
      )
        return { file, declaration };
    }
    for (const statement of readModule(file).program.body) {
      const origin = findOrigin(statement, name);
      const target = origin === null ? null : resolveModule(file, origin.module);
      const found = origin === null || target === null ? null : find(target, origin.name);
      if (found !== null) return found;
    }
    return null;
  };

  const readFields = (file: string, type: TSType): Fields => {
    switch (type.type) {
      case "TSParenthesizedType":
        return readFields(file, type.typeAnnotation);
      case "TSIntersectionType":
        return merge(type.types.map((part) => readFields(file, part)));
      case "TSUnionType":
        return unite(type.types.map((part) => readFields(file, part)));
      case "TSTypeLiteral":
        return readMembers(file, type.members);
      case "TSTypeReference":
        return readReference(file, getTypeName(type.typeName), type.typeArguments?.params ?? []);
      default:
        throw new UnreadableType(`a ${type.type} as a row`);
    }
  };
  const readMembers = (file: string, members: TSInterfaceDeclaration["body"]["body"]): Fields =>
    new Map(
      members.map((member) => {
        if (member.type !== "TSPropertySignature" || member.typeAnnotation == null)
          throw new UnreadableType("a member that isn't a plain field");
        const { key, optional: isOptional, typeAnnotation } = member;
        const field = { isNullable: isNullable(file, typeAnnotation.typeAnnotation), isOptional };
        return [getTypeName(key), field] as const;
      }),
    );
  const readReference = (file: string, name: string, args: readonly TSType[]): Fields => {
    const [first, second] = args;
    if (first !== undefined && name === "Readonly") return readFields(file, first);
    if (first !== undefined && second !== undefined) {
      if (name === "Pick" || name === "Omit") {
        const keys = new Set(readKeys(file, second));
        return new Map([...readFields(file, first)].filter(([key]) => keys.has(key) === (name === "Pick")));
      }
      if (name === "Record") {
        const field = { isNullable: isNullable(file, second), isOptional: false };
        return new Map(readKeys(file, first).map((key) => [key, field]));
      }
    }
    const found = find(file, name);
    if (found === null) throw new UnreadableType(`the type ${name}`);
    const { declaration } = found;
    if (declaration.type === "TSTypeAliasDeclaration")
      return readFields(found.file, declaration.typeAnnotation);
    const parents = declaration.extends.map(({ expression, typeArguments }) =>
      readReference(found.file, getTypeName(expression), typeArguments?.params ?? []),
    );
    return merge([...parents, readMembers(found.file, declaration.body.body)]);
  };
  /** The strings of a union. */
  const readKeys = (file: string, type: TSType): readonly string[] => {
    if (type.type === "TSUnionType") return type.types.flatMap((part) => readKeys(file, part));
    if (type.type === "TSLiteralType" && type.literal.type === "Literal") return [String(type.literal.value)];
    const found = type.type === "TSTypeReference" ? find(file, getTypeName(type.typeName)) : null;
    if (found?.declaration.type !== "TSTypeAliasDeclaration")
      throw new UnreadableType(`the keys in a ${type.type}`);
    return readKeys(found.file, found.declaration.typeAnnotation);
  };
  /** True also for a type that can't be read. */
  const isNullable = (file: string, type: TSType): boolean => {
    switch (type.type) {
      case "TSNullKeyword":
      case "TSUnknownKeyword":
      case "TSTypeQuery":
        return true;
      case "TSParenthesizedType":
        return isNullable(file, type.typeAnnotation);
      case "TSUnionType":
        return type.types.some((part) => isNullable(file, part));
      case "TSIndexedAccessType":
        return isMemberNullable(file, type.objectType, type.indexType);
      case "TSTypeReference": {
        if (type.typeName.type !== "Identifier") return true;
        const found = find(file, type.typeName.name);
        if (found?.declaration.type !== "TSTypeAliasDeclaration") return false;
        return isNullable(found.file, found.declaration.typeAnnotation);
      }
      default:
        return false;
    }
  };
  const isMemberNullable = (file: string, object: TSType, index: TSType): boolean => {
    try {
      const fields = readFields(file, object);
      return readKeys(file, index).some((key) => fields.get(key)?.isNullable ?? true);
    } catch (error) {
      if (error instanceof UnreadableType) return true;
      throw error;
    }
  };
  return { readFields };
}

/** Later fields replace earlier ones of the same name. */
function merge(parts: readonly Fields[]): Fields {
  return new Map(parts.flatMap((part) => [...part]));
}

/** The columns of every member: null where a member doesn't have them. */
function unite(parts: readonly Fields[]): Fields {
  const names = new Set(parts.flatMap((part) => [...part.keys()]));
  return new Map(
    [...names].map((name) => {
      const isNullable = parts.some((part) => part.get(name)?.isNullable ?? true);
      return [
        name,
        { isNullable, isOptional: parts.some((part) => part.get(name)?.isOptional === true) },
      ] as const;
    }),
  );
}

function getTypeName(node: { readonly type: string } | TSTypeName): string {
  const name: unknown = Reflect.get(node, "name") ?? Reflect.get(node, "value");
  if (typeof name === "string") return name;
  throw new UnreadableType(`a ${node.type} as a name`);
}

/** The module and the name under which a statement imports or re-exports `name`; null if it doesn't. */
function findOrigin(
  statement: Program["body"][number],
  name: string,
): { readonly module: string; readonly name: string } | null {
  if (statement.type === "ExportAllDeclaration") return { module: statement.source.value, name };
  const isReexport = statement.type === "ExportNamedDeclaration" && statement.source !== null;
  if (!(isReexport || statement.type === "ImportDeclaration")) return null;
  const module = statement.source?.value ?? "";
  for (const specifier of statement.specifiers) {
    if (specifier.type === "ImportSpecifier" && specifier.local.name === name)
      return { module, name: getTypeName(specifier.imported) };
    if (specifier.type === "ExportSpecifier" && getTypeName(specifier.exported) === name)
      return { module, name: getTypeName(specifier.local) };
  }
  return null;
}

const packages = fileURLToPath(new URL("../../", import.meta.url));

/** The file of a module of this repository; null for a package of others. */
function resolveModule(from: string, specifier: string): string | null {
  if (specifier.startsWith(".")) return join(dirname(from), specifier);
  const [, folder, path = ""] = /^@gatehouse\/([^/]+)(?:\/(.*))?$/.exec(specifier) ?? [];
  if (folder === undefined) return null;
  const { exports }: { exports: Record<string, Record<string, string>> } = JSON.parse(
    readFileSync(`${packages}${folder}/package.json`, "utf8"),
  );
  const target = exports[path === "" ? "." : `./${path}`]?.["gatehouse-source"];
  return target === undefined ? null : join(packages, folder, target);
}
