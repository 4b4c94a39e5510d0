/** SQL templates: values become parameters, nested statements are inlined. */

import { createHash } from "node:crypto";
import type pg from "pg";
import { join, raw, Sql } from "sql-template-tag";
import { formatStatementName } from "../telemetry/statement-name.ts";
import { isDirect } from "./session-settings.ts";

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

const marker = "/* prepared ";

/**
 * Names a statement: metrics, traces, the slow-statement log and `pg_stat_statements` show the name. The statement begins with it:
 * `` sql`${named("listInvitations")} SELECT …` ``. The name is a literal and belongs to one statement.
 */
export function named(name: string): Statement {
  return rawSql(formatStatementName(name));
}

/**
 * Names a statement and prepares it on each connection: for statements of every request that read a few rows by key, where planning
 * takes longer than running, as in `` sql`${prepare("findSession")} SELECT …` ``. The text must always be the same, and one plan must suit every tenant: not for lists and searches.
 */
export function prepare(name: string): Statement {
  return rawSql(formatStatementName(`prepared ${name}`));
}

const statementNames = new Map<string, string>();

/** The query for pg: named if the text is marked and the connection can prepare it. */
export function toQueryConfig(client: object, text: string, values: (string | null)[]): pg.QueryConfig {
  return canPrepare(client, text) ? { name: getStatementName(text), text, values } : { text, values };
}

/** Whether the statement is marked as prepared and the connection can prepare it. */
export function canPrepare(client: object, text: string): boolean {
  return text.startsWith(marker) && isDirect(client);
}

/** The name under which a statement is prepared. */
export function getStatementName(text: string): string {
  const name = statementNames.get(text) ?? createHash("sha256").update(text).digest("base64url").slice(0, 20);
  statementNames.set(text, name);
  return name;
}
