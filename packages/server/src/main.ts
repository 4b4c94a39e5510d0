/** Where the program begins. */
import { auditVerify } from "./cli/audit-verify.ts";
import { demo } from "./cli/demo-command.ts";
import { doctor } from "./cli/doctor.ts";
import { migrateCommand } from "./cli/migrate-command.ts";
import { run } from "./cli/run.ts";
import { serve } from "./cli/serve.ts";
import { setup } from "./cli/setup.ts";
import { worker } from "./cli/worker.ts";
import { wantsStacks } from "./config.ts";

const commands = [serve, demo, worker, migrateCommand, doctor, setup, auditVerify];
const terminal = {
  out: (line: string) => process.stdout.write(`${line}\n`),
  err: (line: string) => process.stderr.write(`${line}\n`),
};

process.exitCode = await run(commands, process.argv.slice(2), terminal, wantsStacks());
