/** Addresses as people read them. Never to be stored, compared or sent to. */

import { foldText } from "./fold.ts";

/** Scripts that are written together with Latin letters; any other mixture may imitate a name. */
const mixed =
  /(?=.*\p{Script=Latin})(?=.*[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}])/u;

/**
 * A canonical address with its domain in Unicode, for display alone: `user@xn--mnchen-3ya.example` as
 * `user@münchen.example`. A label that mixes scripts, or can't be decoded, is left as it is.
 */
export function displayEmail(email: string): string {
  const at = email.lastIndexOf("@");
  return at < 0 ? email : `${email.slice(0, at + 1)}${displayDomain(email.slice(at + 1))}`;
}

/** A canonical domain in Unicode, for display alone. */
export function displayDomain(domain: string): string {
  if (!domain.includes("xn--")) return domain;
  return domain.split(".").map(displayLabel).join(".");
}

/** What searches look into: the address as it is read, and as it is stored where that differs. Folded. */
export function foldEmail(email: string): string {
  const shown = displayEmail(email);
  return shown === email ? foldText(email) : `${foldText(shown)} ${foldText(email)}`;
}

function displayLabel(label: string): string {
  const decoded = label.startsWith("xn--") ? decodePunycode(label.slice(4)) : null;
  return decoded === null || mixed.test(decoded) ? label : decoded;
}

/** Decodes Punycode (RFC 3492, section 6.2); null for what is none. */
function decodePunycode(text: string): string | null {
  const split = text.lastIndexOf("-");
  const output = split < 0 ? [] : [...text.slice(0, split)].map((letter) => letter.charCodeAt(0));
  let [point, index, bias] = [128, 0, 72];
  let position = split + 1;
  while (position < text.length) {
    const start = index;
    for (let weight = 1, base = 36; ; base += 36) {
      const digit = digitOf(text.charCodeAt(position));
      position += 1;
      if (digit === null) return null;
      index += digit * weight;
      const threshold = Math.min(26, Math.max(1, base - bias));
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    bias = adapt(index - start, output.length + 1, start === 0);
    point += Math.floor(index / (output.length + 1));
    index %= output.length + 1;
    if (point > 0x10_ffff) return null;
    output.splice(index, 0, point);
    index += 1;
  }
  return String.fromCodePoint(...output);
}

function adapt(delta: number, length: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? 700 : 2));
  rest += Math.floor(rest / length);
  let bias = 0;
  for (; rest > 455; bias += 36) rest = Math.floor(rest / 35);
  return bias + Math.floor((36 * rest) / (rest + 38));
}

function digitOf(code: number): number | null {
  if (code >= 97 && code <= 122) return code - 97;
  return code >= 48 && code <= 57 ? code - 22 : null;
}
