/** Maps the records of a file to rows: by the names of their fields, and as the export of another system. */
import {
  type ImportField,
  type ImportPreset,
  importFields,
  type UserImportPreview,
} from "@gatehouse/sdk/contract";
import { acceptHash } from "../accounts/index.ts";
import type { ImportRow, RowFields } from "./import-row.ts";
import { commonKeys, type FieldName, type FirebaseParameters, presets } from "./presets.ts";
import { normalizeKey, type SourceRecord } from "./read/source-record.ts";

/** How records are mapped. */
export interface Mapping {
  readonly preset: ImportPreset | null;
  /** Password hashes are not read. */
  readonly ignoresPasswords?: boolean;
  /** The field of each column by its key, if it isn't decided by the titles. Other columns are ignored. */
  readonly columns?: Readonly<Record<string, ImportField>> | undefined;
  /** The password hash parameters of a Firebase project. */
  readonly firebase?: FirebaseParameters | undefined;
}

const fieldNames: readonly FieldName[] = [...importFields, "passwordHash"];

/** The keys of each field, those of the preset first. */
function listKeys({ preset, columns }: Mapping, field: FieldName): readonly string[] {
  if (columns !== undefined) return Object.keys(columns).filter((key) => columns[key] === field);
  return [...(preset === null ? [] : (presets[preset].keys[field] ?? [])), ...commonKeys[field]];
}

/** The fields that these titles stand for, and the titles that stand for none. */
export function readTitles(
  titles: readonly string[],
  mapping: Mapping,
): { readonly fields: ReadonlySet<FieldName>; readonly ignored: readonly string[] } {
  const known = new Map(
    fieldNames.flatMap((field) => listKeys(mapping, field).map((key) => [key, field] as const)),
  );
  const used = new Set(mapping.preset === null ? [] : presets[mapping.preset].usedKeys);
  const fields = new Set(titles.flatMap((title) => known.get(normalizeKey(title)) ?? []));
  const ignored = titles.filter((title) => !known.has(normalizeKey(title)) && !used.has(normalizeKey(title)));
  return { fields, ignored };
}

/** Keys of columns with passwords, of the file of any system. */
const passwordKeys = new Set([
  ...commonKeys.passwordHash,
  ...Object.values(presets).flatMap(({ keys }) => keys.passwordHash ?? []),
  ...["credentials", "salt", "passwordsalt"],
]);

/** Each column, and what its title stands for. A field belongs to one column: of several, to that with its best name. */
export function suggestColumns(titles: readonly string[], mapping: Mapping): UserImportPreview["columns"] {
  const keys = [...new Set(titles.map(normalizeKey))].filter((key) => key !== "");
  const fields = new Map(
    importFields.flatMap((field) => {
      const key = listKeys(mapping, field).find((known) => keys.includes(known));
      return key === undefined ? [] : [[key, field] as const];
    }),
  );
  return keys.map((key) => ({
    key,
    title: titles.find((title) => normalizeKey(title) === key) ?? key,
    field: fields.get(key) ?? null,
    isPassword: passwordKeys.has(key),
  }));
}

/** The row of a record. */
export function mapRecord({ line, fields, fault }: SourceRecord, mapping: Mapping): ImportRow {
  const read = (field: FieldName): unknown => {
    for (const key of listKeys(mapping, field)) {
      const value = fields.get(key);
      if (value !== undefined && value !== null && value !== "") return value;
    }
    return undefined;
  };
  const text = (field: FieldName): string | undefined => toText(read(field));
  const email = text("email");
  const parts = [text("firstName"), text("lastName")].filter((part) => part !== undefined).join(" ");
  const name = text("name") ?? (parts === "" ? undefined : parts);
  const preset = mapping.preset === null ? null : presets[mapping.preset];
  const status = text("status") ?? (preset?.isSuspended?.(fields) === true ? "suspended" : undefined);
  const mapped: RowFields = {
    ...(email === undefined ? {} : { email }),
    // Some systems write the address where no name is known.
    ...(name === undefined || name === email ? {} : { name }),
    ...withDefined("roles", toRoles(read("roles"))),
    ...withDefined("externalId", preset?.externalId?.(fields) ?? text("externalId")),
    ...withDefined("phone", text("phone")),
    ...withDefined("status", status),
    ...withDefined("passwordHash", readHash(fields, text("passwordHash"), mapping)),
  };
  return { line, fields: mapped, ...(fault === undefined ? {} : { fault }) };
}

/** The hash in the stored form; null if there is one in an unknown form. */
function readHash(
  fields: SourceRecord["fields"],
  text: string | undefined,
  { preset, firebase, ignoresPasswords = false }: Mapping,
): string | null | undefined {
  if (ignoresPasswords) return undefined;
  if (text !== undefined) {
    const stored = acceptHash(text);
    if (stored !== null) return stored;
  }
  const convert = preset === null ? undefined : presets[preset].convertHash;
  const converted = convert?.({ fields, text, firebase });
  return converted === undefined && text !== undefined ? null : converted;
}

function withDefined<K extends keyof RowFields>(
  key: K,
  value: RowFields[K] | undefined,
): Pick<RowFields, K> | object {
  return value === undefined ? {} : { [key]: value };
}

/** A value as text: as it is written in a cell. */
export function toText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function toRoles(value: unknown): RowFields["roles"] | undefined {
  if (Array.isArray(value))
    return value.map((name) => (typeof name === "string" ? name : JSON.stringify(name)));
  return toText(value);
}
