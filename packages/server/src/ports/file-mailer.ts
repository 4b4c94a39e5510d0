import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { mailFailures } from "@gatehouse/sdk/contract";
import { createTransport } from "nodemailer";
import type { Clock } from "./clock.ts";
import { composed, type Sender } from "./mail-headers.ts";
import { type Mailer, type MailMessage, MailUnavailable } from "./mailer.ts";

/** Where files go and who they are from. */
export interface FileMailerOptions {
  readonly directory: string;
  readonly from: Sender;
  readonly clock: Clock;
}

/**
 * Writes mail to `.eml` files, for installations without a mail server. Each holds a link that opens a door, so only
 * the owner of the process may read it. Names sort by time; a file is either whole or not there.
 */
export function createFileMailer(options: FileMailerOptions): Mailer {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  return {
    kind: "files",
    send: async (message) => {
      const at = options.clock.now();
      const { message: bytes } = await transport.sendMail({ ...composed(options.from, message), date: at });
      if (!Buffer.isBuffer(bytes)) throw new TypeError("The mail was not composed in memory.");
      const file = join(options.directory, nameFor(at, message));
      await writeWhole(options.directory, file, bytes);
      return { status: "written", file };
    },
    close: async () => transport.close(),
  };
}

/** `2026-11-30T16-28-00-123Z-<Message-ID before the @>.eml`: the same mail at the same instant is the same file. */
function nameFor(at: Date, message: MailMessage): string {
  const local = message.messageId.replace(/^<|@.*$/g, "").replace(/[^\w.-]/g, "_");
  return `${at.toISOString().replace(/[:.]/g, "-")}-${local}.eml`;
}

async function writeWhole(directory: string, file: string, bytes: Buffer): Promise<void> {
  const unfinished = `${file}.${randomBytes(6).toString("hex")}.part`;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const handle = await open(unfinished, "wx", 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw new MailUnavailable(mailFailures["not-written"], { cause: error });
  }
}
