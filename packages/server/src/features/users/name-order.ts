/** The order of users by name, in the alphabet of a language. */
import { foldText, type Language } from "@gatehouse/sdk/contract";
import { type Statement, sql } from "../../db/sql.ts";

/** What a user is sorted by, for each language that an organization can have. */
export type NameKeys = Readonly<Record<Language, string>>;

/** Letters that follow another one in the Turkish alphabet. `~` is sorted after every Latin letter of a folded name. */
const turkishLetters: Readonly<Record<string, string>> = {
  ç: "c~",
  ğ: "g~",
  ı: "h~",
  ö: "o~",
  ş: "s~",
  ü: "u~",
};

/** Folded names whose order by bytes is the order of the alphabet. In English, letters with and without an accent are the same. */
export function buildNameKeys(name: string): NameKeys {
  return { en: foldText(name), tr: buildTurkishKey(name) };
}

function buildTurkishKey(name: string): string {
  return name
    .normalize("NFKC")
    .toLocaleLowerCase("tr")
    .split(/([çğıöşü])/)
    .map((part) => turkishLetters[part] ?? foldText(part))
    .join("");
}

/** The key for the language of the organization. `keys`: JSON, as `buildNameKeys` returns it. */
export function chooseNameKey(organizationId: string, keys: Statement): Statement {
  return sql`(${keys} ->> (SELECT o.language FROM organizations o WHERE o.organization_id = ${organizationId}))`;
}
