/** Maps the records of a file to rows: by the names of their fields, and as the export of another system. */
import { acceptHash } from "../accounts/index.ts";
import type { ImportRow, RowFields } from "./import-row.ts";
import { commonKeys, type FieldName, type FirebaseParameters, type PresetName, presets } from "./presets.ts";
import { normalizeKey, type SourceRecord } from "./read/source-record.ts";

/** How records are mapped. */
export interface Mapping {
  readonly preset: PresetName | null;
  /** The password hash parameters of a Firebase project. */
  readonly firebase?: FirebaseParameters | undefined;
}

const fieldNames = Object.keys(commonKeys) as readonly FieldName[];

/** The keys of each field, those of the preset first. */
function listKeys({ preset }: Mapping, field: FieldName): readonly string[] {
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
  { preset, firebase }: Mapping,
): string | null | undefined {
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

function toText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function toRoles(value: unknown): RowFields["roles"] | undefined {
  if (Array.isArray(value))
    return value.map((name) => (typeof name === "string" ? name : JSON.stringify(name)));
  return toText(value);
}
