/** Words of a text and their stems, in both languages. */
import { foldText, type Language } from "@gatehouse/sdk/contract";

const stopWords: Readonly<Record<Language, ReadonlySet<string>>> = {
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

/** English synonyms, as stems. */
const synonyms: Readonly<Record<string, string>> = {
  fir: "suspend",
  rights: "permission",
  coworker: "colleagu",
  employe: "colleagu",
  email: "mail",
  spreadshet: "excel",
};

/** Splits a text into folded words. */
export function tokenize(text: string): readonly string[] {
  return foldText(text.replaceAll(/[’']\p{L}+/gu, "")).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The stem of a word; null for a stop word. */
export function toStem(language: Language, word: string): string | null {
  if (stopWords[language].has(word)) return null;
  if (language === "tr") return word.slice(0, turkishStemLength);
  const stem = englishStem(word);
  return synonyms[stem] ?? stem;
}

/**
 * Turkish is agglutinative, so the first five letters of a word serve as its stem: in search this is as good as a
 * morphological analysis (Can et al., "Information retrieval on Turkish texts", JASIST 59(3), 2008).
 */
const turkishStemLength = 5;

/** Removes the most common suffixes. The stem needn't be a word. */
function englishStem(word: string): string {
  if (word.length < 4) return word;
  const stem = word
    .replace(/ies$/, "y")
    .replace(/(?:ings?|edly|ed|es|s|ly)$/, "")
    .replace(/([b-df-hj-km-np-rtv-xz])\1$/, "$1");
  return (stem.length < 3 ? word : stem).replace(/e$/, "");
}
