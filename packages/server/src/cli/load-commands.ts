import { beginsWithName, type Command } from "@gatehouse/cli";

/** The commands, in the order of `gatehouse --help`. Each is loaded when it is needed: all of them would start a third slower. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import("./serve.ts")).serve,
  worker: async () => (await import("./worker.ts")).worker,
  migrate: async () => (await import("./migrate-command.ts")).migrateCommand,
  doctor: async () => (await import("./doctor.ts")).doctor,
  health: async () => (await import("./health-command.ts")).health,
  setup: async () => (await import("./setup.ts")).setup,
  "organizations create": async () => (await import("./organizations.ts")).organizationsCreate,
  "organizations list": async () => (await import("./organizations.ts")).organizationsList,
  "organizations suspend": async () => (await import("./organization-state.ts")).organizationsSuspend,
  "organizations restore": async () => (await import("./organization-state.ts")).organizationsRestore,
  "organizations delete": async () => (await import("./organization-state.ts")).organizationsDelete,
  "catalogue push": async () => (await import("./catalogue-push.ts")).cataloguePush,
  "catalogue show": async () => (await import("./catalogue-show.ts")).catalogueShow,
  "users import": async () => (await import("./users-import.ts")).usersImport,
  "users export": async () => (await import("./users-export.ts")).usersExport,
  "invitations create": async () => (await import("./invitations-create.ts")).invitationsCreate,
  "account reset-password": async () => (await import("./account-reset-password.ts")).accountResetPassword,
  "account remove-second-factors": async () =>
    (await import("./account-remove-second-factors.ts")).accountRemoveSecondFactors,
  "audit verify": async () => (await import("./audit-verify.ts")).auditVerify,
  backup: async () => (await import("./backup/backup-command.ts")).backup,
  restore: async () => (await import("./backup/restore-command.ts")).restore,
  move: async () => (await import("./backup/move-command.ts")).move,
  demo: async () => (await import("./demo/demo-command.ts")).demo,
};

/** The command that `args` name; all of them when they name none. */
export async function loadCommands(args: readonly string[]): Promise<readonly Command[]> {
  const named = Object.entries(commands).find(([name]) => beginsWithName(args, name));
  return Promise.all((named === undefined ? Object.values(commands) : [named[1]]).map((load) => load()));
}
