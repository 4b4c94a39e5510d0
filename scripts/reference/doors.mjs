/** The doors of the published packages, in the order of the reference, and the words round them in both languages. */

/**
 * @typedef {{ door: string, file: string, first?: readonly string[], about: { en: string, tr: string } }} Door
 *   `file` is relative to `packages/`; `first` are the exports with which one begins
 * @typedef {typeof words.en} Words
 */

/** @type {readonly Door[]} */
export const doors = [
  {
    door: "@gatehouse/sdk",
    file: "sdk/src/index.ts",
    about: {
      en: "A copy of who may do what, kept current in your program's memory, and guards for routes. Runs on Node, in browsers and in workers.",
      tr: "Kimin ne yapabildiğinin, programınızın belleğinde güncel tutulan bir kopyası ve rotalar için koruyucular. Node’da, tarayıcıda ve worker’da çalışır.",
    },
  },
  {
    door: "@gatehouse/sdk/react",
    file: "sdk/src/react.ts",
    about: {
      en: "What the person in front of a page may do. Hiding is a courtesy; the guard in front of the route decides.",
      tr: "Sayfanın karşısındaki kişinin yapabildikleri. Gizlemek inceliktir; kararı rotanın önündeki koruyucu verir.",
    },
  },
  {
    door: "@gatehouse/sdk/casl",
    file: "sdk/src/casl.ts",
    about: {
      en: "Permissions as the rules of a CASL ability.",
      tr: "İzinler, CASL kuralları olarak.",
    },
  },
  {
    door: "@gatehouse/access",
    file: "access/src/index.ts",
    first: ["definePermissions", "compileRoles", "subjectAt", "can", "explain"],
    about: {
      en: "Permissions, roles and grants as pure functions: no dependency, no input or output, no clock.",
      tr: "Saf işlevler olarak izinler, roller ve atamalar: bağımlılık yok, girdi çıktı yok, saat yok.",
    },
  },
  {
    door: "@gatehouse/access/catalogue",
    file: "access/src/catalogue.ts",
    about: {
      en: "Catalogues that come from a file, a database or an answer, checked to the last key; and Gatehouse's own permissions.",
      tr: "Dosyadan, veritabanından ya da yanıttan gelen, son anahtarına dek denetlenen kataloglar ve Gatehouse’un kendi izinleri.",
    },
  },
  {
    door: "@gatehouse/access/example",
    file: "access/src/example.ts",
    about: {
      en: "A catalogue with seven roles to start from.",
      tr: "Başlangıç için yedi rollü bir katalog.",
    },
  },
  {
    door: "@gatehouse/sdk/client",
    file: "sdk/src/client.ts",
    about: {
      en: "The whole API, an operation a function.",
      tr: "Bütün API, her işlem bir işlev.",
    },
  },
];

/** @satisfies {Record<"en" | "tr", object>} */
export const words = {
  en: {
    title: "SDK reference",
    summary:
      "For developers: everything that `@gatehouse/sdk` and `@gatehouse/access` export, with its types.",
    intro:
      "[Protect your panel in ten minutes](protect-your-panel.md) shows how it fits together. Every property is read-only; signatures leave the word out.",
    values: "Functions and values",
    types: "Types",
    operations: "Operations",
    operationsAbout:
      "Each is a function of the [client](sdk-reference.md#createclient). Parameters, bodies and answers are described at `/api` of your " +
      "installation; as zod schemas they are in `@gatehouse/sdk/contract`, the one door that needs zod.",
    codes: "Error codes",
    codesAbout: "`code` of a `GatehouseError`, and of every refusal that the API answers.",
    code: "code",
    status: "status",
    meaning: "meaning",
  },
  tr: {
    title: "SDK başvurusu",
    summary:
      "Geliştiriciler için: `@gatehouse/sdk` ve `@gatehouse/access` paketlerinin dışa verdiği her şey, tipleriyle.",
    intro:
      "Bunların nasıl bir araya geldiğini [Panelinizi on dakikada koruyun](protect-your-panel.md) gösterir. Her özellik salt okunurdur; imzalarda " +
      "bu ayrıca yazılmaz. Açıklamalar kaynak koddan gelir ve İngilizcedir.",
    values: "İşlevler ve değerler",
    types: "Tipler",
    operations: "İşlemler",
    operationsAbout:
      "Her biri [istemcinin](sdk-reference.md#createclient) bir işlevidir. Parametreler, gövdeler ve yanıtlar kurulumunuzun `/api` " +
      "adresinde anlatılır; zod şemaları olarak `@gatehouse/sdk/contract` içindedir. Yalnızca bu kapı zod ister.",
    codes: "Hata kodları",
    codesAbout: "Bir `GatehouseError` nesnesinin ve API’nin her ret yanıtının `code` alanı.",
    code: "kod",
    status: "durum",
    meaning: "anlamı",
  },
};
