/** Parses email addresses into the canonical form that is stored and compared, and formats them for display. */
import { foldText } from "./fold.ts";

/** Why a text is not an address: stable codes, translated where they are shown. */
export type EmailFault =
  | "empty"
  | "too-long"
  | "several"
  | "no-at"
  | "no-ending"
  | "characters"
  | "invisible"
  | "quoted";

/** The canonical form of an address, or the reason why there is none. */
export type EmailResult =
  | { readonly ok: true; readonly email: string }
  | { readonly ok: false; readonly fault: EmailFault };

const atom = /^[\p{L}\p{M}\p{N}!#$%&'*+\-/=?^_`{|}~]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+\-/=?^_`{|}~]+)*$/u;
/** Characters of a domain. The other full stops are those that UTS 46 maps to a dot. */
const hostLetters = /^[\p{L}\p{M}\p{N}\-.\u3002\uFF0E\uFF61]+$/u;
const hostLabel = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
/** Invisible characters: default-ignorable and format characters. */
const invisible = /[\p{DI}\p{Cf}]/u;
const edge = /[\s\p{DI}\p{Cf}]/u;
/** Dotted capital I, and its lower-cased form. */
const dottedI = /\u0130|[Ii]\u0307/gu;

/** Latin mixed with a script that isn't usually combined with it, which may imitate another name. */
const mixedScripts =
  /(?=.*\p{Script=Latin})(?=.*[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}])/u;

/**
 * Parses one address. In the canonical form the domain is ASCII (UTS 46), so that `münchen.example` and
 * `xn--mnchen-3ya.example` are one mailbox, and the local part is NFC and lower case; a dotted capital I (`İ`) becomes `i`, as
 * on a Turkish keyboard. Surrounding white space and invisible characters are removed; plus-tags are part of the address.
 * Quoted local parts, lists, comments and display names are rejected (limits of RFC 5321 section 4.5.3.1: 64 octets for the
 * local part, 254 in all). The result is the same in Node and in browsers.
 */
export function parseEmail(text: string): EmailResult {
  const typed = trimInvisible(text).normalize("NFC").replace(dottedI, "i");
  const fault = findFault(typed);
  if (fault !== null) return { ok: false, fault };
  const at = typed.indexOf("@");
  const local = typed.slice(0, at).toLowerCase();
  const host = typed.slice(at + 1);
  if (byteLength(local) > 64 || host.length > 253) return { ok: false, fault: "too-long" };
  const domain = asciiDomain(host);
  const hostFault = domain === null ? "characters" : findDomainFault(domain);
  if (hostFault !== null) return { ok: false, fault: hostFault };
  const email = `${local}@${domain}`;
  return byteLength(email) > 254 ? { ok: false, fault: "too-long" } : { ok: true, email };
}

/** Parses an email domain, with an optional leading @, into its canonical form; null if it is invalid. */
export function parseEmailDomain(text: string): string | null {
  const parsed = parseEmail(`user@${trimInvisible(text).replace(/^@/, "")}`);
  return parsed.ok ? parsed.email.slice("user@".length) : null;
}

/** The first invisible character inside an address, as `U+200B`, for the fault `invisible`; null if there is none. */
export function invisibleIn(text: string): string | null {
  const found = invisible.exec(trimInvisible(text))?.[0].codePointAt(0);
  return found === undefined ? null : `U+${found.toString(16).toUpperCase().padStart(4, "0")}`;
}

function findFault(email: string): EmailFault | null {
  if (email === "") return "empty";
  if (!email.isWellFormed() || /\p{Cc}/u.test(email)) return "characters";
  if (invisible.test(email)) return "invisible";
  if (email.startsWith('"')) return "quoted";
  if (/[,;\s]/u.test(email)) return "several";
  const [local, host, ...others] = email.split("@", 3);
  if (others.length > 0) return "several";
  if (!local || !host) return "no-at";
  return atom.test(local) || local.length > 64 ? null : "characters";
}

function findDomainFault(domain: string): EmailFault | null {
  const labels = domain.split(".");
  if (labels.includes("")) return "no-ending";
  if (labels.some((label) => !hostLabel.test(label))) return "characters";
  const ending = labels.at(-1) ?? "";
  return labels.length < 2 || !/^(?:[a-z]{2,}|xn--[a-z0-9-]+)$/.test(ending) ? "no-ending" : null;
}

/**
 * The domain in ASCII (UTS 46), as browsers and Node's `domainToASCII` compute it; null if there is none. ASCII domains are kept:
 * some engines validate their Punycode and others don't.
 */
function asciiDomain(host: string): string | null {
  if (!hostLetters.test(host)) return null;
  if (/^[a-z0-9.-]+$/i.test(host)) return host.toLowerCase();
  const url = `http://${host}`;
  return URL.canParse(url) ? new URL(url).hostname : null;
}

/** Removes surrounding white space and invisible characters. */
function trimInvisible(text: string): string {
  const letters = [...text];
  const isEdge = (letter: string | undefined) => letter !== undefined && edge.test(letter);
  let [start, end] = [0, letters.length];
  while (isEdge(letters[start])) start += 1;
  while (end > start && isEdge(letters[end - 1])) end -= 1;
  return letters.slice(start, end).join("");
}

/** Length in UTF-8 octets, the unit of the limits of RFC 5321. */
function byteLength(text: string): number {
  let octets = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    octets += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return octets;
}

/**
 * A canonical address with its domain in Unicode, for display only (never store, compare or send to it):
 * `user@xn--mnchen-3ya.example` → `user@münchen.example`. A label that mixes scripts or can't be decoded is unchanged.
 */
export function displayEmail(email: string): string {
  const at = email.lastIndexOf("@");
  return at < 0 ? email : `${email.slice(0, at + 1)}${displayDomain(email.slice(at + 1))}`;
}

/** A canonical domain in Unicode, for display only. */
export function displayDomain(domain: string): string {
  if (!domain.includes("xn--")) return domain;
  return domain.split(".").map(displayLabel).join(".");
}

/** Search text of an address: the displayed form, and the stored form if it differs. Folded. */
export function foldEmail(email: string): string {
  const shown = displayEmail(email);
  return shown === email ? foldText(email) : `${foldText(shown)} ${foldText(email)}`;
}

function displayLabel(label: string): string {
  const decoded = label.startsWith("xn--") ? decodePunycode(label.slice(4)) : null;
  return decoded === null || mixedScripts.test(decoded) ? label : decoded;
}

/** Decodes Punycode (RFC 3492, section 6.2); null if it is invalid. */
function decodePunycode(text: string): string | null {
  const split = text.lastIndexOf("-");
  const output = split < 0 ? [] : [...text.slice(0, split)].map((letter) => letter.charCodeAt(0));
  let [point, index, bias] = [128, 0, 72];
  let position = split + 1;
  while (position < text.length) {
    const start = index;
    for (let weight = 1, base = 36; ; base += 36) {
      const digit = toDigit(text.charCodeAt(position));
      position += 1;
      if (digit === null) return null;
      index += digit * weight;
      const threshold = Math.min(26, Math.max(1, base - bias));
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    bias = adaptBias(index - start, output.length + 1, start === 0);
    point += Math.floor(index / (output.length + 1));
    index %= output.length + 1;
    if (point > 0x10_ffff) return null;
    output.splice(index, 0, point);
    index += 1;
  }
  return String.fromCodePoint(...output);
}

function adaptBias(delta: number, length: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? 700 : 2));
  rest += Math.floor(rest / length);
  let bias = 0;
  for (; rest > 455; bias += 36) rest = Math.floor(rest / 35);
  return bias + Math.floor((36 * rest) / (rest + 38));
}

function toDigit(code: number): number | null {
  if (code >= 97 && code <= 122) return code - 97;
  return code >= 48 && code <= 57 ? code - 22 : null;
}
