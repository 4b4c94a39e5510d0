/** What counts as an e-mail address here, and the one form in which it is stored and compared. */

/** Why a text is not an address: stable codes, turned into words where they are shown. */
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
/** What a domain may be written with: the other full stops are those that UTS 46 reads as one. */
const hostLetters = /^[\p{L}\p{M}\p{N}\-.\u3002\uFF0E\uFF61]+$/u;
const hostLabel = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
/** Characters that nobody sees: default-ignorable and format characters. */
const invisible = /[\p{DI}\p{Cf}]/u;
const edge = /[\s\p{DI}\p{Cf}]/u;
/** Dotted capital I, and what lower-casing makes of it. */
const dottedI = /\u0130|[Ii]\u0307/gu;

/**
 * Reads one address. In the canonical form the domain is ASCII after UTS 46, so that `münchen.example` and
 * `xn--mnchen-3ya.example` are one mailbox, and the local part is NFC and lower-case; a dotted capital I (`İ`) is an `i`, as
 * on a Turkish keyboard. White space and invisible characters at both ends are left out; plus-tags are part of the address.
 * Quoted local parts, lists, comments and display names are refused (RFC 5321 section 4.5.3.1 limits: 64 octets for the
 * local part, 254 in all). The same in Node and in browsers.
 */
export function parseEmail(text: string): EmailResult {
  const typed = trimInvisible(text).normalize("NFC").replace(dottedI, "i");
  const fault = faultOf(typed);
  if (fault !== null) return { ok: false, fault };
  const at = typed.indexOf("@");
  const local = typed.slice(0, at).toLowerCase();
  const host = typed.slice(at + 1);
  if (byteLength(local) > 64 || host.length > 253) return { ok: false, fault: "too-long" };
  const domain = asciiDomain(host);
  const hostFault = domain === null ? "characters" : faultOfDomain(domain);
  if (hostFault !== null) return { ok: false, fault: hostFault };
  const email = `${local}@${domain}`;
  return byteLength(email) > 254 ? { ok: false, fault: "too-long" } : { ok: true, email };
}

/** Reads the domain of addresses, a leading @ allowed, in the form that canonical addresses have; null for what is no domain. */
export function parseEmailDomain(text: string): string | null {
  const parsed = parseEmail(`somebody@${trimInvisible(text).replace(/^@/, "")}`);
  return parsed.ok ? parsed.email.slice("somebody@".length) : null;
}

/** The first invisible character inside an address as `U+200B`, for those whom `parseEmail` told `invisible`; null for none. */
export function invisibleIn(text: string): string | null {
  const found = invisible.exec(trimInvisible(text))?.[0].codePointAt(0);
  return found === undefined ? null : `U+${found.toString(16).toUpperCase().padStart(4, "0")}`;
}

function faultOf(email: string): EmailFault | null {
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

function faultOfDomain(domain: string): EmailFault | null {
  const labels = domain.split(".");
  if (labels.includes("")) return "no-ending";
  if (labels.some((label) => !hostLabel.test(label))) return "characters";
  const ending = labels.at(-1) ?? "";
  return labels.length < 2 || !/^(?:[a-z]{2,}|xn--[a-z0-9-]+)$/.test(ending) ? "no-ending" : null;
}

/**
 * The domain in ASCII after UTS 46, as browsers and `domainToASCII` of Node compute it; null where it has no such form. What
 * is ASCII already stays: some engines check the Punycode in it and others don't, and two different ones are never one host.
 */
function asciiDomain(host: string): string | null {
  if (!hostLetters.test(host)) return null;
  if (/^[a-z0-9.-]+$/i.test(host)) return host.toLowerCase();
  const url = `http://${host}`;
  return URL.canParse(url) ? new URL(url).hostname : null;
}

/** Without white space and invisible characters at both ends. */
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
