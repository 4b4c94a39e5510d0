import type { Language } from "@gatehouse/sdk/contract";
import { describe, expect, test } from "vitest";
import { readGuide } from "./guide.ts";
import { createSearch } from "./search-guide.ts";

const guide = readGuide();
const search = createSearch(guide);

/** Questions of access managers, and the page that answers each. */
const questions: Readonly<Record<Language, readonly (readonly [question: string, slug: string])[]>> = {
  en: [
    ["a new colleague starts on Monday, how do I let them in?", "invite-people"],
    ["can I invite a whole department from an Excel list", "invite-people"],
    ["why can't I pick the Owner role when I invite", "invite-people"],
    ["Anna left the company yesterday, how do I lock her out", "user-details"],
    ["how do I make somebody an admin", "user-details"],
    ["delete a user for good", "user-details"],
    ["why is Mehmet able to export customers", "user-details"],
    ["give the same role to fifty people", "bulk-work"],
    ["where do I see everybody who is suspended", "users"],
    ["he says the email never arrived", "invitations"],
    ["I invited the wrong person, can I take it back", "invitations"],
    ["the link in my invitation has expired, what now", "accept-an-invitation"],
    ["who removed my role last week", "audit-log"],
    ["can our auditor get this as a spreadsheet", "audit-log"],
    ["what is the difference between Marketer and Viewer", "compare-roles"],
    ["create a role for interns", "roles"],
    ["stop people from inviting gmail addresses", "settings"],
    ["switch to dark mode", "my-account"],
    ["how do I change my password", "my-account"],
    ["forgot my password and can't log in", "sign-in"],
    ["I keep hitting keys by accident, turn shortcuts off", "keyboard-shortcuts"],
    ["permissionsThatGive function", "sdk-reference"],
    ["check from my program whether a user has a permission", "ask-over-http"],
    ["how do we back up the database", "for-operators"],
    ["does she have to sign in again before the new role works", "permissions-explained"],
    ["hand over ownership to my successor", "permissions-explained"],
  ],
  tr: [
    ["pazartesi yeni bir arkadaş işe başlıyor, nasıl ekleyeceğim?", "invite-people"],
    ["excel listesinden bütün ekibi davet edebilir miyim", "invite-people"],
    ["işten ayrılan birinin erişimini nasıl keserim", "user-details"],
    ["birini nasıl yönetici yaparım", "user-details"],
    ["kullanıcıyı tamamen silmek istiyorum", "user-details"],
    ["mehmet bu izni nereden almış", "user-details"],
    ["elli kişiye birden aynı rolü vermek", "bulk-work"],
    ["askıdaki herkesi nerede görürüm", "users"],
    ["davet maili ulaşmamış diyor", "invitations"],
    ["yanlış kişiyi davet ettim, iptal edebilir miyim", "invitations"],
    ["davet bağlantımın süresi dolmuş, açılmıyor", "accept-an-invitation"],
    ["geçen hafta rolümü kim değiştirdi", "audit-log"],
    ["denetçiye excel dosyası vermem lazım", "audit-log"],
    ["pazarlamacı ile izleyici rolü arasındaki fark ne", "compare-roles"],
    ["stajyerler için yeni bir rol oluşturmak istiyorum", "roles"],
    ["gmail adresleri davet edilmesin", "settings"],
    ["karanlık moda nasıl geçerim", "my-account"],
    ["şifremi değiştirmek istiyorum", "my-account"],
    ["parolamı unuttum, giremiyorum", "sign-in"],
    ["yanlışlıkla tuşlara basıyorum, kısayolları kapatmak", "keyboard-shortcuts"],
    ["programım bir kullanıcının iznini nasıl sorabilir", "ask-over-http"],
    ["veritabanını nasıl yedeklerim", "for-operators"],
    ["yeni rol için tekrar giriş yapması gerekir mi", "permissions-explained"],
    ["sahipliği başkasına devretmek", "permissions-explained"],
  ],
};

describe.each(["en", "tr"] as const)("a question in %s", (language) => {
  test.each(questions[language])("%s → %s", (question, slug) => {
    expect(search(language, question).map(({ page }) => page.slug)[0]).toBe(slug);
  });
});

test("an unrelated question finds nothing", () => {
  expect(search("en", "quantum chromodynamics")).toEqual([]);
  expect(search("tr", "fzqwx vbnml")).toEqual([]);
});

test("ignores case and dotted or dotless i", () => {
  const [plain] = search("tr", "ŞİFREMİ DEĞİŞTİRMEK ISTIYORUM");
  expect(plain?.page.slug).toBe("my-account");
});
