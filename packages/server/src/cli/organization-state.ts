/** Suspends, deletes and restores organizations. */
import { type Command, CommandError, type Option, type Values } from "@gatehouse/cli";
import type { OperatedOrganization } from "@gatehouse/sdk/contract";
import { pino } from "pino";
import * as z from "zod/mini";
import type { RequestOrigin } from "../auth/actor.ts";
import { readConfig } from "../config.ts";
import type { Deps } from "../deps.ts";
import { ApiError } from "../errors/api-error.ts";
import { deleteOperated, editOperated, getOperated, restoreOperated } from "../features/operator/index.ts";
import { openInstallation } from "./open-installation.ts";

/** `gatehouse organizations suspend` */
export const organizationsSuspend = createStateCommand({
  name: "organizations suspend",
  summary:
    "Suspend an organization: nobody can use it, access checks are denied, jobs and e-mails wait; nothing is lost",
  change: async (deps, id, { origin }) => {
    const { version } = await getOperated(deps, id);
    return (await editOperated(deps, id, { version, edit: { status: "suspended" }, origin })).organization;
  },
  describe: ({ name }) => `${name} is suspended. Make it active again: gatehouse organizations restore`,
});

/** `gatehouse organizations restore` */
export const organizationsRestore = createStateCommand({
  name: "organizations restore",
  summary: "Make a suspended or deleted organization active again",
  change: async (deps, id, { origin }) => {
    const { version } = await restoreOperated(deps, id, origin);
    return (await editOperated(deps, id, { version, edit: { status: "active" }, origin })).organization;
  },
  describe: ({ name }) => `${name} is active.`,
});

/** `gatehouse organizations delete` */
export const organizationsDelete = createStateCommand({
  name: "organizations delete",
  summary: "Delete an organization. It can be restored for 30 days, then all of its rows are removed",
  options: { name: { type: "string", value: "NAME", help: "The organization's name, as a confirmation" } },
  change: async (deps, id, { origin, values }) => {
    const { organization, version } = await getOperated(deps, id);
    const { name } = values;
    if (typeof name !== "string" || name.trim().normalize("NFC") !== organization.name)
      throw new CommandError(`Nothing was deleted. Confirm with its name: --name "${organization.name}"`);
    await deleteOperated(deps, id, { version, name, origin });
    return (await getOperated(deps, id)).organization;
  },
  describe: ({ name, restorableUntil }) => `${name} is deleted. It can be restored until ${restorableUntil}.`,
});

interface StateChange {
  readonly name: string;
  readonly summary: string;
  readonly options?: Readonly<Record<string, Option>>;
  readonly change: (
    deps: Deps,
    id: string,
    request: { readonly origin: RequestOrigin; readonly values: Values },
  ) => Promise<OperatedOrganization>;
  readonly describe: (organization: OperatedOrganization) => string;
}

function createStateCommand({ name, summary, options = {}, change, describe }: StateChange): Command {
  return {
    name,
    summary,
    operand: { value: "ID", help: "The organization: see gatehouse organizations list" },
    options,
    run: async (values, { out }) => {
      const id = z.uuid().safeParse(values["ID"]);
      if (!id.success) throw unknownOrganization(String(values["ID"]));
      const { deps, close } = await openInstallation(readConfig(), name, pino({ level: "silent" }));
      try {
        const origin = { ip: null, userAgent: `gatehouse ${name}`, requestId: deps.ids.next() };
        const organization = await change(deps, id.data.toLowerCase(), { origin, values });
        out(values["json"] === true ? JSON.stringify(organization) : describe(organization));
      } catch (error) {
        if (error instanceof ApiError && error.code === "not-found") throw unknownOrganization(id.data);
        throw error;
      } finally {
        await close();
      }
      return 0;
    },
  };
}

function unknownOrganization(id: string): CommandError {
  return new CommandError(`There is no organization ${id} here. List them: gatehouse organizations list`);
}
