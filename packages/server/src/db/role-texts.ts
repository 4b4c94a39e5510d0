/** Names and descriptions of roles in the language of a reader. The default ones have no language. */
import type { Language, RoleView } from "@gatehouse/sdk/contract";
import { rawSql, type Statement, sql } from "./sql.ts";

/** The texts of a role in other languages. */
export type RoleTranslations = Readonly<RoleView["translations"]>;

/** Name or description of role `r`; the default one without a language, or where the role has none in it. */
export function roleText(field: "name" | "description", language: Language | null): Statement {
  const column = rawSql(field);
  if (language === null) return sql`r.${column}`;
  return sql`COALESCE(r.translations -> ${language}::text ->> ${field}::text, r.${column})`;
}

/** What roles `r` are sorted by: the folded name in the language of the reader. */
export function roleNameKey(language: Language | null): Statement {
  if (language === null) return sql`r.name_key`;
  return sql`COALESCE(r.name_keys ->> ${language}::text, r.name_key)`;
}

/** A role as it was read, with its default texts. */
interface TranslatedRole {
  readonly name: string;
  readonly description?: string;
  readonly translations: RoleTranslations;
}

/** The role with name and description in the language of the reader. */
export function translateRole<R extends TranslatedRole>(role: R, language: Language | null): R {
  const texts = language === null ? undefined : role.translations[language];
  if (texts === undefined) return role;
  return {
    ...role,
    name: texts.name ?? role.name,
    ...(role.description === undefined ? {} : { description: texts.description ?? role.description }),
  };
}
