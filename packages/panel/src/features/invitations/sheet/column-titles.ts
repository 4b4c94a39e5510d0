/** Recognizes the titles of columns in the languages of common spreadsheets and exports. */
import { foldText } from "@gatehouse/sdk/contract";

/** What a title says about its column. `address` may also be a postal address. */
export type TitleKind = "email" | "address" | "name" | "first-name" | "last-name" | "roles" | "ignored";

const titles: Readonly<Record<TitleKind, readonly string[]>> = {
  email: [
    ..."email emails mail emailaddress emailaddresses mailaddress eposta epostaadresi epostalar".split(" "),
    ..."emailadresse emailadressen mailadresse courriel adresseemail adressemail".split(" "),
    ..."correo correoelectronico adresseelectronique".split(" "),
  ],
  address: ["address", "addresses", "adres", "adresler", "adresse", "direccion"],
  name: [
    ..."name fullname displayname adsoyad adisoyadi advesoyad adisoyad isim isimsoyisim".split(" "),
    ..."vollername anzeigename nomcomplet nombrecompleto".split(" "),
  ],
  "first-name": ["firstname", "givenname", "forename", "ad", "adi", "vorname", "prenom", "nombre"],
  "last-name": [
    ..."lastname surname familyname soyad soyadi soyisim nachname familienname nom apellido apellidos".split(
      " ",
    ),
  ],
  roles: "role roles rolename rolenames rol roller rolu rolleri rolle rollen".split(" "),
  // The column that "Download failures" adds.
  ignored: ["reason", "neden"],
};

const kinds = new Map(
  Object.entries(titles).flatMap(([kind, names]) => names.map((name) => [name, kind as TitleKind] as const)),
);

/** What a title says; null if it is unknown. Case, accents, punctuation and notes in brackets don't matter. */
export function readTitle(title: string): TitleKind | null {
  return kinds.get(fold(title)) ?? null;
}

/** Whether a title speaks of e-mail without naming the column of addresses itself: "Recovery Email". */
export function mentionsEmail(title: string): boolean {
  return /mail|eposta|courriel|correo/.test(fold(title)) && !/[@.]/.test(title);
}

function fold(title: string): string {
  return foldText(title.replaceAll(/\[[^\]]*\]|\([^)]*\)/g, "")).replaceAll(/[^\p{L}\p{N}]+/gu, "");
}
