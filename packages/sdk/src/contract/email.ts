/** What counts as an e-mail address here, and the one form in which it is stored and compared. */

/** Why a text is not an address: stable codes, turned into words by whoever shows them. */
export type EmailFault = "empty" | "too-long" | "several" | "no-at" | "no-ending" | "characters" | "quoted";

/** The canonical form of an address, or the reason why there is none. */
export type EmailResult =
  | { readonly ok: true; readonly email: string }
  | { readonly ok: false; readonly fault: EmailFault };

const atom = /^[\p{L}\p{M}\p{N}!#$%&'*+\-/=?^_`{|}~]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+\-/=?^_`{|}~]+)*$/u;
const hostLabel = /^(?!-)[\p{L}\p{M}\p{N}-]{1,63}(?<!-)$/u;

/**
 * Reads one address. The canonical form is trimmed, NFC and lower-case, so that case variants are one account;
 * plus-tags are part of the address. Quoted local parts, lists, comments and display names are refused
 * (RFC 5321 section 4.5.3.1 limits: 64 for the local part, 254 in all).
 */
export function parseEmail(text: string): EmailResult {
  const email = text.trim().normalize("NFC").toLowerCase();
  const fault = faultOf(email);
  return fault === null ? { ok: true, email } : { ok: false, fault };
}

/** Reads the domain of addresses, a leading @ allowed: trimmed, NFC and lower-case; null for what is no domain. */
export function parseEmailDomain(text: string): string | null {
  const parsed = parseEmail(`somebody@${text.trim().replace(/^@/, "")}`);
  return parsed.ok ? parsed.email.slice("somebody@".length) : null;
}

function faultOf(email: string): EmailFault | null {
  if (email === "") return "empty";
  if (!email.isWellFormed() || /[\p{Cc}\p{Cf}]/u.test(email)) return "characters";
  if (email.startsWith('"')) return "quoted";
  if (/[,;\s]/u.test(email)) return "several";
  if (byteLength(email) > 254) return "too-long";
  const parts = email.split("@");
  if (parts.length > 2) return "several";
  const [local, host] = parts;
  if (!local || !host) return "no-at";
  if (byteLength(local) > 64) return "too-long";
  if (!atom.test(local)) return "characters";
  const labels = host.split(".");
  if (labels.some((label) => !hostLabel.test(label)))
    return host.includes("..") || host.endsWith(".") ? "no-ending" : "characters";
  const ending = labels.at(-1) ?? "";
  return labels.length < 2 || !/^(?:\p{L}{2,}|xn--[a-z0-9-]+)$/u.test(ending) ? "no-ending" : null;
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
