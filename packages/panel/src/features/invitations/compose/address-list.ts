/** Parses and validates the email addresses of an invitation, and explains their errors. */
import { type EmailFault, indexRoleNames, invisibleIn, parseEmail } from "@gatehouse/sdk/contract";
import type { I18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { describeColumns } from "../sheet/columns.ts";
import { listRows } from "../sheet/listed-rows.ts";
import { readSheet } from "../sheet/read-sheet.ts";
import { type ParsedAddress, parseAddresses } from "./parse-addresses.ts";

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
 * Parses a pasted text: addresses, or a table of addresses and names. Null for any other table, such as one with roles or
 * with columns that need a choice: the page for many invitations reads those.
 */
export function parsePasted(text: string): readonly ParsedAddress[] | null {
  if (!/\S[\r\n]+\s*\S/.test(text)) return parseAddresses(text);
  const sheet = readSheet(text);
  if (sheet.is === "addresses") return parseAddresses(text);
  if (sheet.is !== "table" || sheet.hasTitles === null) return null;
  const columns = describeColumns(sheet, sheet.hasTitles, indexRoleNames([]));
  const isPlain = columns.every(({ meaning }) => meaning === "email" || meaning === "name");
  if (!isPlain || !columns.some(({ meaning }) => meaning === "email")) return null;
  const rows = listRows(sheet, sheet.hasTitles, columns);
  if (rows.some(({ text: address, fault }) => address === "" || fault !== undefined)) return null;
  return rows.map(({ text: address, name }) => ({ text: address, ...(name === undefined ? {} : { name }) }));
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
