import { shouldPrintStack } from "../config.ts";
import { accountRemoveSecondFactors } from "./account-remove-second-factors.ts";
import { accountResetPassword } from "./account-reset-password.ts";
import { auditVerify } from "./audit-verify.ts";
import { backup } from "./backup/backup-command.ts";
import { move } from "./backup/move-command.ts";
import { restore } from "./backup/restore-command.ts";
import { cataloguePush } from "./catalogue-push.ts";
import { catalogueShow } from "./catalogue-show.ts";
import { demo } from "./demo/demo-command.ts";
import { doctor } from "./doctor.ts";
import { health } from "./health-command.ts";
import { invitationsCreate } from "./invitations-create.ts";
import { migrateCommand } from "./migrate-command.ts";
import { organizationsCreate, organizationsList } from "./organizations.ts";
import { run } from "./run.ts";
import { serve } from "./serve.ts";
import { setup } from "./setup.ts";
import { usersExport } from "./users-export.ts";
import { usersImport } from "./users-import.ts";
import { worker } from "./worker.ts";

const commands = [
  serve,
  worker,
  migrateCommand,
  doctor,
  health,
  setup,
  organizationsCreate,
  organizationsList,
  cataloguePush,
  catalogueShow,
  usersImport,
  usersExport,
  invitationsCreate,
  accountResetPassword,
  accountRemoveSecondFactors,
  auditVerify,
  backup,
  restore,
  move,
  demo,
];

/** Runs the command that `args` name in this process; gives the exit code. */
export function main(args: readonly string[]): Promise<number> {
  const terminal = {
    out: (line: string) => process.stdout.write(`${line}\n`),
    err: (line: string) => process.stderr.write(`${line}\n`),
  };
  return run(commands, args, terminal, shouldPrintStack());
}
