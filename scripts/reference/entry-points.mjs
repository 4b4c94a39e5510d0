/** The entry points of the published packages, in the order of the reference, and its texts in both languages. */

/**
 * @typedef {{ name: string, file: string, first?: readonly string[], about: { en: string, tr: string } }} EntryPoint
 *   `file` is relative to `packages/`; `first` are the exports that a reader needs first
 * @typedef {typeof labels.en} Labels
 */

/** @type {readonly EntryPoint[]} */
export const entryPoints = [
  {
    name: "@gatehouse/sdk",
    file: "sdk/src/index.ts",
    about: {
      en: "Permission checks in your program's memory, on a replica that stays up to date, and guards for routes. Runs on Node, in browsers and in workers.",
      tr: "Programınızın belleğinde, güncel tutulan bir kopya üzerinde izin denetimi ve rotalar için koruyucular. Node’da, tarayıcıda ve worker’da çalışır.",
    },
  },
  {
    name: "@gatehouse/sdk/react",
    file: "sdk/src/react/index.ts",
    about: {
      en: "The permissions of the signed-in user. Hiding an element is for usability; the guard of the route decides.",
      tr: "Oturum açan kullanıcının izinleri. Bir öğeyi gizlemek kullanım kolaylığıdır; kararı rotanın koruyucusu verir.",
    },
  },
  {
    name: "@gatehouse/sdk/testing",
    file: "sdk/src/testing/index.ts",
    about: {
      en: "A client without a server, for your app's own unit tests.",
      tr: "Uygulamanızın birim testleri için sunucusuz bir istemci.",
    },
  },
  {
    name: "@gatehouse/sdk/casl",
    file: "sdk/src/casl/index.ts",
    about: {
      en: "Permissions as the rules of a CASL ability.",
      tr: "İzinler, CASL kuralları olarak.",
    },
  },
  {
    name: "@gatehouse/access",
    file: "access/src/index.ts",
    first: ["definePermissions", "compileRoles", "subjectAt", "can", "explain"],
    about: {
      en: "Permissions, roles and grants as pure functions: no dependency, no input or output, no clock.",
      tr: "Saf işlevler olarak izinler, roller ve atamalar: bağımlılık yok, girdi çıktı yok, saat yok.",
    },
  },
  {
    name: "@gatehouse/access/catalogue",
    file: "access/src/catalogue/index.ts",
    about: {
      en: "Parses and validates catalogues from a file, a database or a response; and Gatehouse's built-in permissions.",
      tr: "Dosyadan, veritabanından ya da yanıttan gelen katalogları okur ve doğrular; Gatehouse’un yerleşik izinleri de buradadır.",
    },
  },
  {
    name: "@gatehouse/access/example",
    file: "access/src/example/index.ts",
    about: {
      en: "A catalogue with seven roles to start from.",
      tr: "Başlangıç için yedi rollü bir katalog.",
    },
  },
  {
    name: "@gatehouse/sdk/client",
    file: "sdk/src/client/index.ts",
    about: {
      en: "The whole API, an operation a function.",
      tr: "Bütün API, her işlem bir işlev.",
    },
  },
];

/** @satisfies {Record<"en" | "tr", object>} */
export const labels = {
  en: {
    title: "SDK reference",
    summary:
      "For developers: everything that `@gatehouse/sdk` and `@gatehouse/access` export, with its types.",
    intro:
      "[Protect your panel in ten minutes](protect-your-panel.md) shows how it fits together. Every property is read-only; signatures omit `readonly`.",
    values: "Functions and values",
    types: "Types",
    operations: "Operations",
    operationsAbout:
      "Each is a function of the [client](sdk-reference.md#createclient). Parameters, bodies and answers are described at `/api` of your " +
      "installation; as zod schemas they are in `@gatehouse/sdk/contract`, the only entry point that needs zod.",
    codes: "Error codes",
    codesAbout: "`code` of a `GatehouseError`, and of every error response of the API.",
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
      "adresinde anlatılır; zod şemaları olarak `@gatehouse/sdk/contract` içindedir. zod gerektiren tek giriş noktası budur.",
    codes: "Hata kodları",
    codesAbout: "Bir `GatehouseError` nesnesinin ve API’nin her ret yanıtının `code` alanı.",
    code: "kod",
    status: "durum",
    meaning: "anlamı",
  },
};
