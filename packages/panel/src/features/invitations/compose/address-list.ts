/** Parses and validates the email addresses of an invitation, and explains their errors. */
import { type EmailFault, invisibleIn, parseEmail } from "@gatehouse/sdk/contract";
import type { I18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { parseRecords } from "../parse-records.ts";

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

/** An address in the text. */
interface ParsedAddress {
  /** As typed. */
  readonly text: string;
  readonly name?: string;
}

/**
 * Parses a table of at least two lines with exactly one address per line, in the same column. Names come from columns with
 * a known header, or from the other of two columns. Null if the text is no such table.
 */
function parseTable(text: string): readonly ParsedAddress[] | null {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== "");
  const separator = ["\t", ";", ","].find((one) => lines.every((line) => line.includes(one)));
  if (lines.length < 2 || separator === undefined) return null;
  const [first = [], ...others] = parseRecords(text, separator).map(({ cells }) => cells);
  const header = first.some(isAddressCell) ? null : first;
  const rows = header === null ? [first, ...others] : others;
  const column = rows[0]?.findIndex(isAddressCell) ?? -1;
  if (
    column < 0 ||
    rows.some((row) => row.filter(isAddressCell).length !== 1 || !isAddressCell(row[column] ?? ""))
  )
    return null;
  const names = nameColumns(header, first.length, column);
  return rows.map((row) => {
    const name = names
      .map((index) => row[index] ?? "")
      .filter((part) => part !== "")
      .join(" ")
      .slice(0, 200);
    return { text: (row[column] ?? "").trim(), ...(name === "" ? {} : { name }) };
  });
}

const wholeName = /^(?:name|full ?name|display ?name|ad[ıi]? soyad[ıi]?|isim|i̇sim)$/;
const firstName = /^(?:first ?name|given ?name|ad|adı)$/;
const lastName = /^(?:last ?name|surname|family ?name|soyad|soyadı|soyisim)$/;

function nameColumns(header: readonly string[] | null, width: number, address: number): readonly number[] {
  if (header === null) return width === 2 ? [1 - address] : [];
  const find = (pattern: RegExp) =>
    header.findIndex(
      (cell, index) => index !== address && pattern.test(cell.toLowerCase().replaceAll(/[_-]/g, " ")),
    );
  const whole = find(wholeName);
  const columns = whole >= 0 ? [whole] : [find(firstName), find(lastName)];
  return columns.filter((index) => index >= 0);
}

function isAddressCell(cell: string): boolean {
  return cell.includes("@") && !/[\s<>]/.test(cell);
}

/** Localizes the error of an address. */
export function useAddressErrorText(): (address: {
  readonly text: string;
  readonly fault: AddressFault | null;
}) => string {
  const { i18n } = useLingui();
  return ({ text, fault }) => formatAddressError(text, fault, i18n);
}

function formatAddressError(text: string, fault: AddressFault | null, i18n: I18n): string {
  switch (fault) {
    case "no-ending":
      return i18n._(msg`${text} has no domain ending such as .com`);
    case "no-at":
    case "empty":
      return i18n._(msg`${text} needs an @ with text before and after it`);
    case "several":
      return i18n._(msg`${text} contains more than one @ or a space`);
    case "too-long":
      return i18n._(msg`${text} is longer than an address can be`);
    case "quoted":
      return i18n._(msg`${text} contains quotation marks, which are not supported`);
    case "invisible": {
      const character = invisibleIn(text) ?? "";
      return i18n._(msg`${text} contains an invisible character (${character})`);
    }
    case "duplicate":
      return i18n._(msg`${text} is listed twice; it gets one invitation`);
    case "characters":
    case null:
      return i18n._(msg`${text} contains characters that are not allowed in addresses`);
  }
}
