/** How words of a question meet words of the guide: folded, without those that say nothing, cut to their stem. */
import { foldText, type Language } from "@gatehouse/sdk/contract";

const silent: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set(
    (
      "a an and are as at be been but by can could did do does for from get gets had has have how i if in into is it its " +
      "me my not of on or our says say said she should so some than that the their them then there they this to too until up us was " +
      "we were what when where which while whom will with would you your want need let make please anyone someone " +
      "somebody anybody he her his him again"
    ).split(" "),
  ),
  tr: new Set(
    (
      "acaba ama bana bazi ben beni benim bir biri birini biz bu bunu cok da daha de diye en gibi hangi hem her icin ile ise " +
      "istiyorum kadar ki kime kimi mi mu nasil ne nedir nerede nereden nereye niye o onu onun olan olarak olur " +
      "sonra su ve veya ya yani lazim gerek gerekiyor miyim misin musun muyum var yok edebilirim yapabilirim yapmaliyim " +
      "yapilir edilir edebilir olabilir"
    ).split(" "),
  ),
};

/** English words that mean the same to whoever asks, as stems. */
const sameMeaning: Readonly<Record<string, string>> = {
  fir: "suspend",
  rights: "permission",
  coworker: "colleagu",
  employe: "colleagu",
  email: "mail",
  spreadshet: "excel",
};

/** The words of a text, folded. */
export function wordsOf(text: string): readonly string[] {
  return foldText(text.replaceAll(/[’']\p{L}+/gu, "")).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** What a word is looked up as, or null when it says nothing. */
export function stemOf(language: Language, word: string): string | null {
  if (silent[language].has(word)) return null;
  if (language === "tr") return word.slice(0, turkishStem);
  const stem = englishStem(word);
  return sameMeaning[stem] ?? stem;
}

/**
 * Turkish puts everything at the end of a word, so that its first five letters serve as a stem: as good in search as a
 * morphological analysis (Can et al., "Information retrieval on Turkish texts", JASIST 59(3), 2008).
 */
const turkishStem = 5;

/** The commonest endings; what is left need not be a word, as long as both sides lose the same. */
function englishStem(word: string): string {
  if (word.length < 4) return word;
  const stem = word
    .replace(/ies$/, "y")
    .replace(/(?:ings?|edly|ed|es|s|ly)$/, "")
    .replace(/([b-df-hj-km-np-rtv-xz])\1$/, "$1");
  return (stem.length < 3 ? word : stem).replace(/e$/, "");
}
