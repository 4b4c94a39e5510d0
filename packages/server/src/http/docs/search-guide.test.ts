import type { Language } from "@gatehouse/sdk/contract";
import { describe, expect, test } from "vitest";
import { answerQuestion, formatAnswer } from "./answer-question.ts";
import { readGuide } from "./guide.ts";
import { createSearch } from "./search-guide.ts";

const guide = readGuide();
const search = createSearch(guide);

/** Questions of access managers, and the page that answers each. */
const questions: Readonly<Record<Language, readonly (readonly [question: string, slug: string])[]>> = {
  en: [
    ["how do I invite somebody", "invite-people"],
    ["can I invite 300 people from a spreadsheet", "bulk-work"],
    ["the link in the mail has expired what now", "accept-an-invitation"],
    ["suspend or remove which one", "user-details"],
    ["export all users", "users"],
    ["who may approve campaigns", "permissions-explained"],
    ["give access for one week only", "user-details"],
    ["I forgot my password", "sign-in"],
    ["two factor authentication", "my-account"],
    ["how do I back up", "backup"],
    ["rotate the secret key", "for-operators"],
    ["python example for a check", "ask-over-http"],
    ["use my own login", "protect-your-panel"],
    ["why can't I give the owner role", "permissions-explained"],
    ["what does implied mean", "permissions-explained"],
    ["delete a role that people have", "roles"],
    ["see what changed last week", "audit-log"],
    ["a new colleague starts on Monday, how do I let them in?", "invite-people"],
    ["can I invite a whole department from an Excel list", "bulk-work"],
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
    ["how do we back up the database", "backup"],
    ["move to postgres", "backup"],
    ["does she have to sign in again before the new role works", "permissions-explained"],
    ["hand over ownership to my successor", "permissions-explained"],
  ],
  tr: [
    ["kullanıcı nasıl davet edilir", "invite-people"],
    ["nasıl kullanıcı eklerim", "invite-people"],
    ["şifremi unuttum", "sign-in"],
    ["bir kişinin rolünü nasıl değiştiririm", "user-details"],
    ["davet maili gelmedi", "invitations"],
    ["rolü silersem ne olur", "roles"],
    ["geçen hafta kim ne değiştirdi", "audit-log"],
    ["iki aşamalı doğrulama", "my-account"],
    ["excelden toplu davet", "bulk-work"],
    ["pazartesi yeni bir arkadaş işe başlıyor, nasıl ekleyeceğim?", "invite-people"],
    ["excel listesinden bütün ekibi davet edebilir miyim", "bulk-work"],
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
    ["veritabanını nasıl yedeklerim", "backup"],
    ["yeni rol için tekrar giriş yapması gerekir mi", "permissions-explained"],
    ["sahipliği başkasına devretmek", "permissions-explained"],
  ],
};

describe.each(["en", "tr"] as const)("a question in %s", (language) => {
  test.each(questions[language])("%s → %s", (question, slug) => {
    expect(search(language, question).map(({ page }) => page.slug)[0]).toBe(slug);
  });
});

/** Questions about features that the guide doesn't have. */
const withoutAnswer: Readonly<Record<Language, readonly string[]>> = {
  en: [
    "sign in with google",
    "terraform provider modules",
    "webhook when a user is added",
    "import users from an ldap directory",
    "saml login",
    "pay with a credit card",
    "what is the weather in Ankara",
  ],
  tr: ["google ile giriş", "ldap dizininden aktarma", "kredi kartıyla ödeme", "saml ayarları"],
};

describe.each(["en", "tr"] as const)("a question that the guide doesn't answer, in %s", (language) => {
  test.each(withoutAnswer[language])("%s", (question) => {
    const { answer } = answerQuestion(search, { question, language, publicUrl: "https://gatehouse.test" });
    expect(answer).toBeNull();
  });
});

test.each(["en", "tr"] as const)("at least nine of ten answered questions get an answer: %s", (language) => {
  const answers = questions[language].map(([question]) =>
    answerQuestion(search, { question, language, publicUrl: "https://gatehouse.test" }),
  );
  const answered = answers.filter(({ answer }) => answer !== null);
  expect(answered.length).toBeGreaterThanOrEqual(questions[language].length * 0.9);
});

test("without a clear answer the nearest sections are named", () => {
  const helpQuestion = { language: "en", publicUrl: "https://gatehouse.test" } as const;
  const unclear = answerQuestion(search, { ...helpQuestion, question: "sign in with google" });
  expect(unclear.answer).toBeNull();
  expect(unclear.excerpts.map(({ title }) => title)).toContain("Sign in");
  expect(formatAnswer(unclear, "- [Pages](/help)")).toMatch(/no clear answer.*\n\n- \[.*\]\(https:/);
  const unknown = answerQuestion(search, { ...helpQuestion, question: "quantum chromodynamics" });
  expect(unknown).toMatchObject({ answer: null, excerpts: [] });
  expect(formatAnswer(unknown, "- [Pages](/help)")).toContain("- [Pages](/help)");
});

test("an unrelated question finds nothing", () => {
  expect(search("en", "quantum chromodynamics")).toEqual([]);
  expect(search("tr", "fzqwx vbnml")).toEqual([]);
});

test("ignores case and dotted or dotless i", () => {
  const [plain] = search("tr", "ŞİFREMİ DEĞİŞTİRMEK ISTIYORUM");
  expect(plain?.page.slug).toBe("my-account");
});
