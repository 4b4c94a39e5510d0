/** The addresses of an invitation: read from what was typed or pasted, with what is wrong with each. */
import { type EmailFault, parseEmail } from "@gatehouse/sdk/contract";
import { readTable } from "./address-table.ts";

/** Why an address gets no invitation. */
type AddressFault = EmailFault | "duplicate";

/** An address as it was found. */
export interface FoundAddress {
  /** As it was written. */
  readonly text: string;
  readonly name?: string;
}

/** One chip of the field. */
export interface Address extends FoundAddress {
  readonly key: number;
  /** The canonical form; null where it is none. */
  readonly email: string | null;
  readonly fault: AddressFault | null;
}

/** How many go into one invitation. */
export const mostAddresses = 1000;

/**
 * Reads addresses out of a text: separated by comma, semicolon, tab, line break or space; `Ayşe <ayse@x.com>` keeps the
 * name; a table with one column of addresses keeps the names beside them.
 */
export function readAddresses(text: string): readonly FoundAddress[] {
  return readTable(text) ?? splitCells(text).flatMap(readCell);
}

/**
 * Splits what stands in the field while somebody types: what is complete, and the rest that goes on. A space completes
 * an address, but not a name before one.
 */
export function splitTyped(text: string): { readonly complete: string; readonly rest: string } {
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

/** Appends addresses; one that is there already is marked. What goes beyond the limit is handed back. */
export function addAddresses(
  before: readonly Address[],
  found: readonly FoundAddress[],
): { readonly addresses: readonly Address[]; readonly left: readonly FoundAddress[] } {
  const room = Math.max(0, mostAddresses - before.length);
  let key = Math.max(0, ...before.map((address) => address.key));
  const added = found.slice(0, room).map((address) => {
    key += 1;
    return { ...address, ...judge(address.text), key };
  });
  return { addresses: markDuplicates([...before, ...added]), left: found.slice(room) };
}

/** Without one of them; a second one like it is no duplicate any more. */
export function removeAddress(addresses: readonly Address[], key: number): readonly Address[] {
  return markDuplicates(addresses.filter((address) => address.key !== key));
}

/** Those that can be invited. */
export function readyAddresses(
  addresses: readonly Address[],
): ReadonlyArray<Address & { readonly email: string }> {
  return addresses.filter(
    (address): address is Address & { readonly email: string } =>
      address.email !== null && address.fault === null,
  );
}

/** The text that leads back to the address: `Ayşe <ayse@x.com>`. */
export function addressText({ name, text }: FoundAddress): string {
  return name === undefined ? text : `${quoted(name)} <${text}>`;
}

/** A name that would be split is put in quotes. */
function quoted(name: string): string {
  return /[,;]/.test(name) ? `"${name}"` : name;
}

function judge(text: string): Pick<Address, "email" | "fault"> {
  // Several words without an @ are no list of addresses.
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

/** Cuts at commas, semicolons, tabs and line breaks that stand outside quotes and angle brackets. */
function splitCells(text: string): readonly string[] {
  return text.match(/(?:"[^"\n]*"|<[^<>\n]*>|[^,;\t\r\n])+/g) ?? [];
}

/** One cell: an address with its name, or words of which those with an @ are addresses. */
function readCell(cell: string): readonly FoundAddress[] {
  // Most have no name, and a long text without brackets would be searched from each of its letters.
  if (!cell.includes("<") || cell.length > 20_000) return readWords(cell);
  const found: FoundAddress[] = [];
  let position = 0;
  for (const match of cell.matchAll(/([^<>]*)<\s*([^<>]*?)\s*>/g)) {
    const name = unquoted(match[1] ?? "");
    found.push({ text: withoutScheme(match[2] ?? ""), ...(name === "" ? {} : { name }) });
    position = match.index + match[0].length;
  }
  return [...found, ...readWords(cell.slice(position))].filter(({ text }) => text !== "");
}

function readWords(text: string): readonly FoundAddress[] {
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

function unquoted(text: string): string {
  return text
    .trim()
    .replace(/^["'](.*)["']$/, "$1")
    .trim()
    .slice(0, 200);
}

function withoutScheme(text: string): string {
  return unquoted(text).replace(/^mailto:/i, "");
}
