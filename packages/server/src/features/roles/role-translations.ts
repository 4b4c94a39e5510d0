/** Names and descriptions of roles in other languages: as a request has them, as they are stored, and as they are recorded. */
import { type Language, language } from "@gatehouse/sdk/contract";
import type { AuditChange } from "../../audit/record.ts";
import type { RoleTranslations } from "../../db/role-texts.ts";

/** The texts of a role in other languages, as a request has them. */
export type TranslationsInput = {
  readonly [L in Language]?:
    | { readonly name?: string | undefined; readonly description?: string | undefined }
    | undefined;
};

const fields = ["name", "description"] as const;

/** As they are stored: without languages and texts that are empty. */
export function readTranslations(input: TranslationsInput): RoleTranslations {
  const entries = language.options.flatMap((code) => {
    const texts = fields.flatMap((field) => {
      const text = input[code]?.[field] ?? "";
      return text === "" ? [] : [[field, text] as const];
    });
    return texts.length === 0 ? [] : [[code, Object.fromEntries(texts)] as const];
  });
  return Object.fromEntries(entries);
}

/** The texts that differ, one change for each field and language: `name.tr`. */
export function compareTranslations(
  before: RoleTranslations,
  after: RoleTranslations,
): readonly AuditChange[] {
  return language.options.flatMap((code) =>
    fields.flatMap((field) => {
      const [was, is] = [before[code]?.[field] ?? null, after[code]?.[field] ?? null];
      return was === is ? [] : [{ field: `${field}.${code}` as const, before: was, after: is }];
    }),
  );
}
