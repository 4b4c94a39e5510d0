/** Names of roles as they are compared: folded, by default and in each language. */
import { foldText, type Language } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { type RoleTranslations, roleNameKey } from "../../db/role-texts.ts";
import { named, sql } from "../../db/sql.ts";

interface RoleNames {
  readonly name: string;
  readonly translations?: RoleTranslations | undefined;
}

/** Folded names of a role. */
export interface FoldedNames {
  /** Of the default name. */
  readonly nameKey: string;
  /** Of the names in other languages. */
  readonly nameKeys: Readonly<Record<string, string>>;
}

/** Folded names: what is unique and sorted by, and what searches look into. */
export function foldNames({ name, translations = {} }: RoleNames): FoldedNames {
  const translated = Object.entries(translations).flatMap(([language, texts]) =>
    texts?.name === undefined ? [] : [[language, foldText(texts.name)] as const],
  );
  return { nameKey: foldText(name), nameKeys: Object.fromEntries(translated) };
}

/** The first language in which another role has the role's name; null for the default name. */
export async function findNameConflict(
  tx: Tx,
  organizationId: string,
  role: RoleNames & { readonly id: string },
): Promise<{ readonly language: Language | null }> {
  const { nameKey, nameKeys } = foldNames(role);
  const { rows } = await tx.query(sql<{ language: Language | null }>`${named("findNameConflict")}
    SELECT CASE WHEN r.name_key = ${nameKey} THEN NULL
      WHEN ${roleNameKey("en")} = ${nameKeys["en"] ?? nameKey} THEN 'en' ELSE 'tr' END AS language
    FROM roles r
    WHERE r.organization_id = ${organizationId} AND r.role_id <> ${role.id} AND (r.name_key = ${nameKey}
      OR ${roleNameKey("en")} = ${nameKeys["en"] ?? nameKey} OR ${roleNameKey("tr")} = ${nameKeys["tr"] ?? nameKey})
    ORDER BY r.name_key = ${nameKey} DESC LIMIT 1`);
  return rows[0] ?? { language: null };
}
