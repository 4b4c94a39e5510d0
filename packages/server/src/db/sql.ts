/** SQL templates: values become parameters, nested statements are inlined. */
import { join, raw, Sql } from "sql-template-tag";

/** A text with the placeholders `$1`, `$2`, … and its parameters. */
export interface Query<Row> {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Only a type: no value is ever set. */
  readonly row?: Row;
}

/** A statement or a part of one. `Row` is the type of its rows; the tests compare it with the columns that come back. */
export class Statement<Row = unknown> extends Sql implements Query<Row> {
  declare readonly row?: Row;
  /** The template's literal parts, before nested statements are inlined. */
  readonly template: readonly string[];

  constructor(template: readonly string[], values: readonly unknown[]) {
    super(template, values);
    this.template = template;
  }
}

/**
 * `` sql<{ name: string }>`SELECT name FROM users WHERE user_id = ${userId}` ``. `Row` must be written here, where the
 * tests read it: it isn't inferred.
 */
export function sql<Row = unknown>(
  template: TemplateStringsArray,
  ...values: readonly unknown[]
): Statement<NoInfer<Row>> {
  return new Statement(template, values);
}

/** Parts with a text between them; at least one. */
export function joinSql(parts: readonly Statement[], separator = ", "): Statement {
  const { strings, values } = join(parts, separator);
  return new Statement(strings, values);
}

/** A text that is SQL itself, not a parameter: never one from outside. */
export function rawSql(text: string): Statement {
  const { strings, values } = raw(text);
  return new Statement(strings, values);
}
