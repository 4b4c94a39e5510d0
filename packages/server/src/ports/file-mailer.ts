import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { mailFailures } from "@gatehouse/sdk/contract";
import type { Clock } from "./clock.ts";
import { composeEmail, type Mailer, type MailMessage, MailUnavailable, type Sender } from "./mailer.ts";

/** Where files are written, and the sender. */
export interface FileMailerOptions {
  readonly directory: string;
  readonly from: Sender;
  readonly clock: Clock;
}

/**
 * Writes emails to `.eml` files, for installations without a mail server. They contain one-time links, so only the
 * owner of the process may read them. Names sort by time; a file is either complete or absent.
 */
export function createFileMailer(options: FileMailerOptions): Mailer {
  return {
    kind: "files",
    send: async (message) => {
      const at = options.clock.now();
      const { createTransport } = await import("nodemailer"); // with the first email, because most commands send none
      const transport = createTransport({ streamTransport: true, buffer: true, newline: "windows" });
      const email = { ...composeEmail(options.from, message), date: at };
      const { message: bytes } = await transport.sendMail(email);
      if (!Buffer.isBuffer(bytes)) throw new TypeError("The mail was not composed in memory.");
      const file = join(options.directory, toFileName(at, message));
      await writeAtomically(options.directory, file, bytes);
      return { status: "written", file };
    },
    close: async () => undefined,
  };
}

/** `2026-11-30T16-28-00-123Z-<Message-ID before the @>.eml`: the same email at the same instant is the same file. */
function toFileName(at: Date, message: MailMessage): string {
  const local = message.messageId.replace(/^<|@.*$/g, "").replace(/[^\w.-]/g, "_");
  return `${at.toISOString().replace(/[:.]/g, "-")}-${local}.eml`;
}

async function writeAtomically(directory: string, file: string, bytes: Buffer): Promise<void> {
  const temporaryFile = `${file}.${randomBytes(6).toString("hex")}.part`;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const handle = await open(temporaryFile, "wx", 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporaryFile, file);
  } catch (error) {
    await rm(temporaryFile, { force: true }).catch(() => undefined);
    throw new MailUnavailable(mailFailures["not-written"], { cause: error });
  }
}
