/** Parses and validates the email addresses of an invitation. Pure. */
import { type EmailFault, parseEmail } from "@gatehouse/sdk/contract";
import { type ParsedAddress, parseTable } from "./address-table.ts";

/** Why an address can't be invited. */
type AddressFault = EmailFault | "duplicate";

/** A validated address: one chip. */
export interface Address extends ParsedAddress {
  readonly key: number;
  /** The canonical form; null if invalid. */
  readonly email: string | null;
  readonly fault: AddressFault | null;
}

/** Maximum addresses per request. */
export const maxAddresses = 1000;

/**
 * Parses addresses separated by comma, semicolon, tab, line break or space. `Ayşe <ayse@x.com>` keeps the name; a table
 * with one column of addresses keeps the names in its other columns.
 */
export function parseAddresses(text: string): readonly ParsedAddress[] {
  return parseTable(text) ?? splitCells(text).flatMap(parseCell);
}

/**
 * Splits the text of the input into complete addresses and the rest. A space completes an address, but not a name before
 * one.
 */
export function splitInput(text: string): { readonly complete: string; readonly rest: string } {
  let end = 0;
  let isQuoted = false;
  let isBracketed = false;
  let hasAt = false;
  const letters = [...text];
  for (const [index, letter] of letters.entries()) {
    if (letter === '"') isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (letter === "<") isBracketed = true;
    if (letter === ">") isBracketed = false;
    if (letter === "@") hasAt = true;
    const isSeparator = /[,;\n\r\t]/.test(letter) || (letter === " " && hasAt && !isBracketed);
    if (!isSeparator || isBracketed) continue;
    end = index + 1;
    hasAt = false;
  }
  return { complete: letters.slice(0, end).join(""), rest: letters.slice(end).join("").trimStart() };
}

/** Appends addresses and marks duplicates. Returns those beyond the limit as `left`. */
export function addAddresses(
  before: readonly Address[],
  found: readonly ParsedAddress[],
): { readonly addresses: readonly Address[]; readonly left: readonly ParsedAddress[] } {
  const free = Math.max(0, maxAddresses - before.length);
  let key = Math.max(0, ...before.map((address) => address.key));
  const added = found.slice(0, free).map((address) => {
    key += 1;
    return { ...address, ...validateAddress(address.text), key };
  });
  return { addresses: markDuplicates([...before, ...added]), left: found.slice(free) };
}

/** Removes an address and updates the duplicates. */
export function removeAddress(addresses: readonly Address[], key: number): readonly Address[] {
  return markDuplicates(addresses.filter((address) => address.key !== key));
}

/** Addresses that can be invited. */
export function listValidAddresses(
  addresses: readonly Address[],
): ReadonlyArray<Address & { readonly email: string }> {
  return addresses.filter(
    (address): address is Address & { readonly email: string } =>
      address.email !== null && address.fault === null,
  );
}

/** Formats an address so that it parses to the same: `Ayşe <ayse@x.com>`. */
export function formatAddress({ name, text }: ParsedAddress): string {
  return name === undefined ? text : `${quoteName(name)} <${text}>`;
}

/** Quotes a name that contains a separator. */
function quoteName(name: string): string {
  return /[,;]/.test(name) ? `"${name}"` : name;
}

function validateAddress(text: string): Pick<Address, "email" | "fault"> {
  // Words without an @ are one invalid address.
  if (!text.includes("@")) return { email: null, fault: text.trim() === "" ? "empty" : "no-at" };
  const result = parseEmail(text);
  return result.ok ? { email: result.email, fault: null } : { email: null, fault: result.fault };
}

function markDuplicates(addresses: readonly Address[]): readonly Address[] {
  const seen = new Set<string>();
  return addresses.map((address) => {
    if (address.email === null) return address;
    const fault = seen.has(address.email) ? "duplicate" : null;
    seen.add(address.email);
    return address.fault === fault ? address : { ...address, fault };
  });
}

/** Splits at commas, semicolons, tabs and line breaks outside quotes and angle brackets. */
function splitCells(text: string): readonly string[] {
  return text.match(/(?:"[^"\n]*"|<[^<>\n]*>|[^,;\t\r\n])+/g) ?? [];
}

/** Parses a cell: an address with its name, or words of which those with an @ are addresses. */
function parseCell(cell: string): readonly ParsedAddress[] {
  // The regular expression below is quadratic for a long text without brackets.
  if (!cell.includes("<") || cell.length > 20_000) return parseWords(cell);
  const found: ParsedAddress[] = [];
  let position = 0;
  for (const match of cell.matchAll(/([^<>]*)<\s*([^<>]*?)\s*>/g)) {
    const name = unquote(match[1] ?? "");
    found.push({ text: withoutScheme(match[2] ?? ""), ...(name === "" ? {} : { name }) });
    position = match.index + match[0].length;
  }
  return [...found, ...parseWords(cell.slice(position))].filter(({ text }) => text !== "");
}

function parseWords(text: string): readonly ParsedAddress[] {
  const found: string[] = [];
  let plain: string[] = [];
  const endPlain = () => {
    if (plain.length > 0) found.push(plain.join(" "));
    plain = [];
  };
  for (const word of text.split(/\s+/).filter((one) => one !== "")) {
    if (!word.includes("@")) {
      plain.push(word);
      continue;
    }
    endPlain();
    found.push(withoutScheme(word));
  }
  endPlain();
  return found.map((one) => ({ text: one }));
}

function unquote(text: string): string {
  return text
    .trim()
    .replace(/^["'](.*)["']$/, "$1")
    .trim()
    .slice(0, 200);
}

function withoutScheme(text: string): string {
  return unquote(text).replace(/^mailto:/i, "");
}
