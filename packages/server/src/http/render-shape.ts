/** Writes a JSON schema the way a programmer would jot it down: `{ name: string, age?: integer }`. */

/** As much of a JSON schema as is written. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly format?: string;
}

/** The shape of a schema, an indented line for each property. */
export function renderShape(schema: Schema, indent = ""): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf !== undefined) return schema.anyOf.map((part) => renderShape(part, indent)).join(" | ");
  if (schema.items !== undefined) return `[${renderShape(schema.items, indent)}]`;
  if (schema.properties === undefined) return schema.format ?? [schema.type ?? "any"].flat().join(" | ");
  const required = new Set(schema.required);
  const lines = Object.entries(schema.properties).map(
    ([name, part]) =>
      `${indent}  ${name}${required.has(name) ? "" : "?"}: ${renderShape(part, `${indent}  `)}`,
  );
  return lines.length === 0 ? "{}" : `{\n${lines.join("\n")}\n${indent}}`;
}
