/** Labels of the help pages. */
import type { Language } from "@gatehouse/sdk/contract";

interface GuideText {
  readonly guide: string;
  readonly about: string;
  readonly contents: string;
  readonly toPanel: string;
  readonly question: string;
  readonly example: string;
  readonly ask: string;
  readonly from: string;
  readonly seeAlso: string;
  readonly noAnswer: string;
  readonly noPage: string;
  readonly asMarkdown: string;
  readonly otherLanguage: string;
  readonly skip: string;
  readonly badQuestion: string;
}

/** The labels by language. */
export const guideText: Readonly<Record<Language, GuideText>> = {
  en: {
    guide: "Gatehouse help",
    about: "How to invite people, give them roles, and see who may do what.",
    contents: "Pages",
    toPanel: "Back to Gatehouse",
    question: "Ask a question",
    example: "For example: how do I remove a person’s access?",
    ask: "Ask",
    from: "From:",
    seeAlso: "See also",
    noAnswer: "The guide says nothing about this. Try other words, or browse its pages.",
    noPage: "The guide has no such page. It may have a new name: these are the pages.",
    asMarkdown: "This page as Markdown",
    otherLanguage: "Türkçe",
    skip: "Skip to content",
    badQuestion: "Enter a question of 2 to 300 characters, on one line.",
  },
  tr: {
    guide: "Gatehouse yardım",
    about: "İnsanlar nasıl davet edilir, onlara nasıl rol verilir, kimin ne yapabildiği nasıl görülür.",
    contents: "Sayfalar",
    toPanel: "Gatehouse’a dön",
    question: "Soru sorun",
    example: "Örneğin: birinin erişimini nasıl kaldırırım?",
    ask: "Sor",
    from: "Kaynak:",
    seeAlso: "Ayrıca bakın",
    noAnswer: "Kılavuzda bununla ilgili bir şey yok. Başka sözcüklerle deneyin ya da sayfalara göz atın.",
    noPage: "Kılavuzda böyle bir sayfa yok. Adı değişmiş olabilir: sayfalar aşağıda.",
    asMarkdown: "Bu sayfa Markdown olarak",
    otherLanguage: "English",
    skip: "İçeriğe geç",
    badQuestion: "2 ile 300 karakter arasında, tek satırlık bir soru yazın.",
  },
};
