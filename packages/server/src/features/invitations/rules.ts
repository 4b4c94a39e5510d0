/** What an invitation is at an instant, and the token in its link. Pure: no database, no clock. */
import { type Delivery, type EmailFault, type InvitationStatus, invisibleIn } from "@gatehouse/sdk/contract";
import { equalInConstantTime, type Secrets } from "../../ports/secrets.ts";

const millisecondsADay = 24 * 60 * 60 * 1000;

/** What decides whether an invitation can still be accepted. */
export interface Standing {
  readonly status: "pending" | "accepted" | "revoked";
  readonly expiresAt: Date;
}

/** Whether an invitation's time has run out. The instant of expiry itself is too late. */
export function isExpired(invitation: Pick<Standing, "expiresAt">, now: Date): boolean {
  return invitation.expiresAt.getTime() <= now.getTime();
}

/** The status as people see it: a pending invitation whose time has run out is `expired`. */
export function statusOf(invitation: Standing, now: Date): InvitationStatus {
  return invitation.status === "pending" && isExpired(invitation, now) ? "expired" : invitation.status;
}

/** For how long a withdrawal can be taken back. Later its link stays dead for good: it may have been withdrawn because it leaked. */
const restorableFor = 15 * 60 * 1000;

/** Whether the withdrawal of an invitation can still be taken back. */
export function isRestorable(
  invitation: Pick<Standing, "status"> & { readonly revokedAt: Date | null },
  now: Date,
): boolean {
  const { status, revokedAt } = invitation;
  return status === "revoked" && revokedAt !== null && now.getTime() - revokedAt.getTime() < restorableFor;
}

/** When a link that is made now stops working. */
export function expiryAfter(now: Date, days: number): Date {
  return new Date(now.getTime() + days * millisecondsADay);
}

/** State of the mail at the moment an invitation is written: nothing is ever called sent before a server took it. */
export function deliveryAtFirst(send: boolean, mailer: "smtp" | "files"): Delivery {
  return send && mailer === "smtp" ? "queued" : "not-configured";
}

/** What a link's token names. */
export interface TokenSubject {
  readonly organizationId: string;
  readonly invitationId: string;
  /** Raised by every new link; an older generation is dead. */
  readonly generation: number;
}

/**
 * The token of a link: `<organization><invitation>.<generation>.<MAC>`. Derived from the secret key, so the mail, a
 * repeated mail and the copied link are the same, and nothing that opens a door lies in the database.
 */
export function tokenFor(secrets: Pick<Secrets, "sign">, subject: TokenSubject): string {
  const { organizationId, invitationId, generation } = subject;
  const mac = secrets.sign("invitation", `${organizationId}:${invitationId}:${generation}`);
  return `${bare(organizationId)}${bare(invitationId)}.${generation.toString(36)}.${mac}`;
}

const shape = /^([0-9a-f]{32})([0-9a-f]{32})\.([1-9a-z][0-9a-z]{0,5})\.[\w-]{43}$/;

/** What a token names, or null for one that this installation never made. Only the exact text that was made passes. */
export function readToken(secrets: Pick<Secrets, "sign">, token: string): TokenSubject | null {
  const [, organization, invitation, generation] = shape.exec(token) ?? [];
  if (organization === undefined || invitation === undefined || generation === undefined) return null;
  const subject: TokenSubject = {
    organizationId: dashed(organization),
    invitationId: dashed(invitation),
    generation: Number.parseInt(generation, 36),
  };
  return equalInConstantTime(tokenFor(secrets, subject), token) ? subject : null;
}

/** The page where an invitation is accepted, below the public address. The token is in the fragment, which no server or log ever sees. */
export function linkFor(publicUrl: string, token: string): string {
  return `${publicUrl}/accept#${token}`;
}

/**
 * The Message-ID of a link's mail, at the host of the public address. Every try to send it carries the same one, so
 * that a mail server or reader can tell a repeated mail.
 */
export function messageIdFor(publicUrl: string, subject: Omit<TokenSubject, "organizationId">): string {
  return `<${subject.invitationId}.${subject.generation}@${new URL(publicUrl).hostname}>`;
}

const faults: Readonly<Record<EmailFault, string>> = {
  empty: "Write an address, like name@company.com.",
  "too-long": "An address has 254 characters at most, 64 of them before the @.",
  several: "Write one address for each invitation, like name@company.com.",
  "no-at": "Something is missing beside the @. Write it like name@company.com.",
  "no-ending": "The part after the @ is incomplete. Write it like name@company.com.",
  invisible: "There is an invisible character in it. Delete it, or type the address again.",
  characters: "There is a character that addresses can't have. Write it like name@company.com.",
  quoted: "Addresses in quotation marks are not supported. Write it like name@company.com.",
};

/** Why an address was not accepted, and how to write it. Names an invisible character in `typed`. */
export function wordsForFault(fault: EmailFault, typed = ""): string {
  const character = fault === "invisible" ? invisibleIn(typed) : null;
  return character === null ? faults[fault] : faults[fault].replace("character", `character (${character})`);
}

function bare(id: string): string {
  return id.replaceAll("-", "");
}

function dashed(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
