/** Restores a backup. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, CommandError, showProgress } from "@gatehouse/cli";
import { type Config, readConfig } from "../../config.ts";
import { secretKeyFile } from "../../db/data-folder.ts";
import { systemClock } from "../../ports/clock.ts";
import { computeFingerprint, createSecrets, equalInConstantTime } from "../../ports/secrets.ts";
import { readSecretKey } from "../secret-key.ts";
import { describeSigned, signaturePurpose } from "./backup-format.ts";
import { loadInto } from "./load-backup.ts";
import { openRestoreTarget } from "./open-target.ts";
import { type CheckedBackup, checkBackup, readBackupPages } from "./read-backup.ts";

/** `gatehouse restore` */
export const restore: Command = {
  name: "restore",
  summary: "Restore the backup FILE into an empty database; all users have to sign in again",
  operand: { value: "FILE", help: "A file that gatehouse backup has written" },
  options: {
    "accept-secret-key": {
      type: "boolean",
      help: "Restore although the secret key differs; links in open invitations stop working",
    },
    "accept-unsigned": {
      type: "boolean",
      help: "Restore a backup of an earlier version, which has no signature to verify",
    },
    "accept-broken-audit-log": {
      type: "boolean",
      help: "Restore although the audit log was broken when the backup was made",
    },
  },
  run: async (values, { out }) => {
    const config = readConfig();
    const file = resolve(String(values["FILE"]));
    if (!existsSync(file)) {
      throw new CommandError(`There is no file ${file}. Name one that gatehouse backup has written.`, {
        code: "backup/no-file",
      });
    }
    const checked = await checkBackup(file);
    const clearsSecretKey = values["accept-secret-key"] === true;
    if (!clearsSecretKey) assertSameKey(config, checked, values["accept-unsigned"] === true);
    const target = await openRestoreTarget(config, checked.header);
    try {
      const onProgress = showProgress("Restoring");
      const { rows, organizations, broken } = await loadInto(
        target.engine,
        {
          header: checked.header,
          pages: () => readBackupPages(checked, onProgress),
          manifest: () => checked.manifest,
        },
        {
          clearsSecretKey,
          acceptsBrokenChains: values["accept-broken-audit-log"] === true,
          restoredAt: systemClock.now(),
        },
      );
      await target.publish();
      const { madeAt } = checked.header;
      if (values["json"] === true) out(JSON.stringify({ file, madeAt, rows, organizations, broken }));
      else if (broken.length === 0)
        out(
          `Restored ${file}, made at ${madeAt}: ${organizations} organizations, their audit logs are intact.`,
        );
      else
        out(
          `Restored ${file}, made at ${madeAt}: ${organizations} organizations. Broken audit logs: ${broken.join(", ")}.`,
        );
      return 0;
    } finally {
      await target.close();
    }
  },
};

/**
 * The links of open invitations are derived from the key, and the manifest is signed with it: with another key neither can be
 * verified.
 */
function assertSameKey(
  config: Config,
  { header, manifest, file }: CheckedBackup,
  acceptsUnsigned: boolean,
): void {
  const keyFile = secretKeyFile(config.dataDir);
  const key = config.secretKey ?? readSecretKey(keyFile);
  const { secretKeyFingerprint } = header;
  if (secretKeyFingerprint !== null && (key === null || computeFingerprint(key) !== secretKeyFingerprint)) {
    const advice =
      config.databaseUrl === null && config.secretKey === null
        ? `Put the secret-key file of that installation at ${keyFile}`
        : "Set SECRET_KEY to that installation's";
    throw new CommandError(
      `The backup was made with another secret key. ${advice}, or add --accept-secret-key (links in open invitations stop working, and nothing shows whether the backup was changed).`,
      { code: "backup/other-secret-key" },
    );
  }
  const { signature } = manifest;
  if (signature !== null) {
    const expected =
      key === null ? null : createSecrets(key).sign(signaturePurpose, describeSigned(manifest));
    if (expected !== null && equalInConstantTime(signature, expected)) return;
    throw new CommandError(
      `${file} was changed after it had been written: its signature isn't that of the secret key. Nothing was restored. Use another copy of it.`,
      { code: "backup/changed" },
    );
  }
  // An installation that has never started has no key, and nobody's data.
  if (acceptsUnsigned || (manifest.rows["organizations"] ?? 0) === 0) return;
  throw new CommandError(
    `${file} has no signature, so nothing shows whether it was changed. If an earlier version of Gatehouse wrote it and you trust the place where it was kept, add --accept-unsigned.`,
    { code: "backup/unsigned" },
  );
}
