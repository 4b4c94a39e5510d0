/** What an error of the SMTP client means: what to tell, and whether the email may be sent again. */
import { type MailFailure, writeMailFailure } from "@gatehouse/sdk/contract";

/** What went wrong. */
export interface SmtpFailure {
  /** Null when the server's response says it all. */
  readonly failure: MailFailure | null;
  /** With the server's response if there was one. */
  readonly message: string;
  /** Whether the email must not be sent again. */
  readonly isFinal: boolean;
}

/** Properties of nodemailer's errors. */
interface SmtpError {
  readonly code?: string;
  readonly message?: string;
  readonly response?: string;
  /** The SMTP command that got the response. */
  readonly command?: string;
  /** The code of the underlying system error. */
  readonly originalCode?: string;
}

/** A response (RFC 5321, section 4.2) with its enhanced status code (RFC 3463), if it has one. */
interface Reply {
  readonly code: number;
  /** `subject.detail`, as in 5.1.1 → `1.1`. */
  readonly detail: string | null;
  /** The class of the enhanced status code: 2, 4 or 5. */
  readonly enhancedClass: number | null;
  readonly text: string;
}

/** Interprets an error of the SMTP client. */
export function describeSmtpFailure(error: unknown): SmtpFailure {
  const facts = error as SmtpError;
  const command = facts.command ?? "";
  const said = facts.response === undefined ? "" : toPrintable(facts.response);
  const reply = parseReply(said);
  const failure = classifyReply(reply) ?? classifyCertificate(facts) ?? classifyCode(facts, said);
  const isFinal =
    reply !== null && commandsAboutThisEmail.has(command) && isPermanent(reply, command, failure);
  return { failure, isFinal, message: failure === null ? said : writeMailFailure(failure, said) };
}

/**
 * Only a response about this recipient or this message is final. Earlier ones are about the server or the account, such
 * as "authentication required" at MAIL FROM: the operator fixes it, and the email waits.
 */
const commandsAboutThisEmail = new Set(["RCPT TO", "DATA"]);

/** Responses about the server or the account that may also come at RCPT TO or DATA. */
const failuresOfTheServer: ReadonlySet<MailFailure | null> = new Set([
  "starttls-required",
  "password-missing",
]);

/** Permanent responses that pass: mailbox full, system full, system not accepting messages. */
const passingDetails = new Set(["2.2", "3.1", "3.2"]);

function isPermanent(reply: Reply, command: string, failure: MailFailure | null): boolean {
  if (reply.code < 500 || reply.enhancedClass === 4 || failuresOfTheServer.has(failure)) return false;
  if (reply.detail !== null && passingDetails.has(reply.detail)) return false;
  // RFC 5321, section 4.5.3.1.10: 552 at RCPT TO counts as 452.
  return !(reply.code === 552 && command === "RCPT TO");
}

function parseReply(said: string): Reply | null {
  const [, code, enhancedClass, detail, text] =
    /^(\d{3})[ -]?(?:([245])\.(\d{1,3}\.\d{1,3})\b)?\s*(.*)$/s.exec(said) ?? [];
  if (code === undefined || text === undefined) return null;
  return {
    code: Number(code),
    detail: detail ?? null,
    enhancedClass: enhancedClass === undefined ? null : Number(enhancedClass),
    text,
  };
}

/** RFC 3207 and RFC 4954 use 530 for both, so the text decides. */
function classifyReply(reply: Reply | null): MailFailure | null {
  if (reply === null || reply.code < 400) return null;
  const { code, detail, text } = reply;
  // Non-ASCII addresses not permitted, UTF-8 response required, message can't be transferred (RFC 6531).
  if (detail !== null && /^6\.(?:7|8|9|10)$/.test(detail)) return "smtputf8-missing";
  const needsEncryption = detail === "7.10" || detail === "7.11" || code === 538;
  if (needsEncryption || (code === 530 && /\b(?:START)?TLS\b|encrypt|\bSSL\b/i.test(text)))
    return "starttls-required";
  return code === 530 && /auth|log ?in/i.test(text) ? "password-missing" : null;
}

const certificateFailures: readonly (readonly [MailFailure, code: RegExp, message: RegExp])[] = [
  ["certificate-other-host", /^ERR_TLS_CERT_ALTNAME_INVALID$/, /does not match certificate/],
  [
    "certificate-expired",
    /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/,
    /certificate (?:has expired|is not yet valid)/,
  ],
  [
    "certificate-not-trusted",
    /SELF_SIGNED_CERT|^UNABLE_TO_(?:GET|VERIFY)|^CERT_/,
    /self[- ]signed certificate|unable to (?:get|verify)/,
  ],
  ["not-secure", /^ERR_(?:TLS|SSL)_|^EPROTO$/, /^Error initiating TLS/],
];

/** After STARTTLS nodemailer keeps only the message of the system's error. */
function classifyCertificate({ originalCode = "", message = "", response }: SmtpError): MailFailure | null {
  if (response !== undefined) return null;
  const found = certificateFailures.find(
    ([, code, words]) => code.test(originalCode) || (originalCode === "" && words.test(message)),
  );
  return found?.[0] ?? null;
}

const failuresByCode: Readonly<Record<string, MailFailure>> = {
  ECONNECTION: "connection-lost",
  ETIMEDOUT: "timeout",
  EABORT: "not-accepted",
  EDNS: "unknown-host",
  ESOCKET: "unreachable",
  ETLS: "not-secure",
  EAUTH: "wrong-password",
  ENOAUTH: "password-missing",
  EPROTOCOL: "not-smtp",
};

/** A response about the email is sufficient by itself. */
function classifyCode({ code = "" }: SmtpError, said: string): MailFailure | null {
  if (said !== "" && code !== "EAUTH" && code !== "ETLS") return null;
  return failuresByCode[code] ?? "not-sent";
}

/**
 * Runs an attempt, and once more with STARTTLS when the server demands it without offering it. `encryption` is that of
 * `readSmtpUrl`.
 * @throws the error of the first attempt when the encryption can't be started
 */
export async function retryWithStartTls<T>(
  encryption: "always" | "required" | "offered",
  attempt: (requireTls: boolean) => Promise<T>,
): Promise<T> {
  try {
    return await attempt(encryption === "required");
  } catch (error) {
    if (encryption !== "offered" || describeSmtpFailure(error).failure !== "starttls-required") throw error;
    try {
      return await attempt(true);
    } catch (second) {
      throw describeSmtpFailure(second).failure === "not-secure" ? error : second;
    }
  }
}

const maxMessageLength = 500;

/** A server's response on one line: it is displayed and stored, so only printable characters are kept. */
function toPrintable(response: string): string {
  return response
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, " ")
    .replace(/ {2,}/g, " ")
    .trim()
    .slice(0, maxMessageLength);
}
