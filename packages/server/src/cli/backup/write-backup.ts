/** Writes the data of an installation into one file. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { sealEveryOrganization } from "../../audit/seal.ts";
import type { Engine } from "../../db/engine.ts";
import { createDatabase } from "../../db/open.ts";
import { type BackupManifest, describeSigned, excludedTables } from "./backup-format.ts";
import { type Snapshot, type SnapshotOptions, withSnapshot } from "./read-snapshot.ts";

interface BackupOptions extends Omit<SnapshotOptions, "excludedTables"> {
  /** Signs with the installation's secret key; null when it has none yet. */
  readonly sign: ((text: string) => string) | null;
}

/** Seals audit events, and writes into a temporary file, which is renamed to `file` when it is complete. */
export async function writeBackup(
  engine: Engine,
  file: string,
  { sign, ...options }: BackupOptions,
): Promise<BackupManifest> {
  await sealEveryOrganization(createDatabase(engine).withTimeouts("background"));
  const temporaryFile = `${file}.unfinished`;
  await rm(temporaryFile, { force: true });
  try {
    const manifest = await engine.withoutTimeout((client) =>
      withSnapshot(client, { ...options, excludedTables }, async (snapshot) => {
        const lines = formatLines(snapshot, sign);
        const target = createWriteStream(temporaryFile, { mode: 0o600, flags: "wx", flush: true });
        await pipeline(lines.generate(), createGzip({ level: 6 }), target);
        return lines.manifest();
      }),
    );
    await rename(temporaryFile, file);
    return manifest;
  } catch (error) {
    await rm(temporaryFile, { force: true });
    throw error;
  }
}

/** The lines of the file; `manifest` is known after the last one. */
function formatLines(
  { header, pages, summary }: Snapshot,
  sign: BackupOptions["sign"],
): { readonly generate: () => AsyncGenerator<string>; readonly manifest: () => BackupManifest } {
  const hash = createHash("sha256");
  let written: BackupManifest | null = null;
  const hashed = (text: string): string => {
    hash.update(text);
    return text;
  };
  async function* generate(): AsyncGenerator<string> {
    yield hashed(`${JSON.stringify(header)}\n`);
    let table = "";
    for await (const page of pages) {
      if (page.table !== table) yield hashed(`${JSON.stringify({ table: page.table })}\n`);
      table = page.table;
      if (page.lines.length > 0) yield hashed(`${page.lines.join("\n")}\n`);
    }
    const unsigned = { ...summary, sha256: hash.digest("hex") };
    written = { ...unsigned, signature: sign?.(describeSigned(unsigned)) ?? null };
    yield `${JSON.stringify(written)}\n`;
  }
  return {
    generate,
    manifest: () => {
      if (written === null) throw new Error("The backup ended before its last line.");
      return written;
    },
  };
}
