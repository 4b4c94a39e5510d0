/** Invites one person, as the operator. */

import { type Command, CommandError, type Values } from "@gatehouse/cli";
import { sendInvitations as contract } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import { authorizeWrite } from "../auth/authorize-write.ts";
import { copyInvitationLink, sendInvitations } from "../features/invitations/index.ts";
import { loadRoles } from "../features/user-imports/index.ts";
import { openOrganization, organizationOption } from "./organization-target.ts";

const command = "invitations create";

/** `gatehouse invitations create EMAIL` */
export const invitationsCreate: Command = {
  name: command,
  summary: "Invite one person; for many, use users import --as invitations",
  operand: { value: "EMAIL", help: "Address to invite" },
  options: {
    organization: organizationOption,
    roles: { type: "string", value: "NAMES", help: "Names of the roles, with ; between" },
    name: { type: "string", value: "NAME", help: "The person's name, as a suggestion" },
    "external-id": { type: "string", value: "ID", help: "The person's id in your system" },
    "expires-in-days": {
      type: "string",
      value: "N",
      help: "1 to 30; default: what the organization has set",
    },
    message: { type: "string", value: "TEXT", help: "A message in the e-mail" },
    link: { type: "boolean", help: "Print the link, and send no e-mail" },
  },
  run: async (values, { out }) => {
    const { deps, actor, close } = await openOrganization(values, command);
    try {
      const { result } = await authorizeWrite(deps, actor, async (tx, current) => {
        const { roles } = values;
        if (typeof roles !== "string") throw new CommandError("Add --roles with the names of the roles.");
        const found = (await loadRoles(tx, current, [{ roles }])).resolve(roles);
        if ("refusal" in found) throw new CommandError(found.refusal.detail);
        const body = readBody(
          values,
          found.roles.map(({ id }) => id),
        );
        const { results } = await sendInvitations(deps, tx, current, body);
        return { result: results[0] };
      });
      const { invitation, status, detail } = result ?? {};
      if (invitation === undefined) throw new CommandError(detail ?? "The address can't be invited.");
      const link = values["link"] === true ? await copyInvitationLink(deps, actor, invitation.id) : null;
      if (values["json"] === true) out(JSON.stringify({ status, invitation, ...link }));
      else if (link !== null) {
        out(link.url);
        out(`Give it to the owner of ${invitation.email} alone. It works until ${invitation.expiresAt}.`);
      } else if (invitation.delivery === "not-configured")
        out(`${invitation.email} is invited, and no e-mail is sent. For a link run this again with --link.`);
      else out(`${invitation.email} is invited. A running server or worker sends the e-mail.`);
    } finally {
      await close();
    }
    return 0;
  },
};

/** @throws CommandError naming the option that is invalid */
function readBody(values: Values, roleIds: readonly string[]): z.infer<typeof contract.body> {
  const { EMAIL: email, name, message, "external-id": externalId, "expires-in-days": days } = values;
  const parsed = z.safeParse(contract.body, {
    invitations: [{ email, name, externalId, roleIds }],
    message,
    ...(days === undefined ? {} : { expiresInDays: Number(days) }),
    send: values["link"] !== true,
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = String(issue?.path.at(-1));
  throw new CommandError(`${optionNames[field] ?? "EMAIL"} is invalid: ${issue?.message ?? "check it"}`);
}

const optionNames: Readonly<Record<string, string>> = {
  name: "--name",
  externalId: "--external-id",
  roleIds: "--roles",
  expiresInDays: "--expires-in-days",
  message: "--message",
};
