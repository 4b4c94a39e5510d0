/** Prints the users of an organization. */
import type { AnswerOf, ArgumentsOf, GatehouseClient } from "@gatehouse/sdk/client";
import { type Command, CommandError, type Values } from "../command-line/command.ts";
import { connectionOptions, openClient } from "../connection.ts";

type User = AnswerOf<"listUsers">["body"]["items"][number];
type Query = NonNullable<NonNullable<ArgumentsOf<"listUsers">>["query"]>;

/** `gatehouse-cli users list` */
export const usersList: Command = {
  name: "users list",
  summary: "Print the users of the organization, in name order",
  options: {
    ...connectionOptions,
    query: { type: "string", value: "TEXT", help: "Only users whose name or e-mail address contains it" },
    role: { type: "string", value: "NAME", help: "Only users with this role" },
    status: { type: "string", value: "STATUS", help: "Only users who are active or suspended" },
    limit: { type: "string", value: "N", help: "At most N users; default: all" },
  },
  run: async (values, { out }) => {
    const limit = readLimit(values["limit"]);
    const status = readStatus(values["status"]);
    const client = await openClient(values);
    const { query, role } = values;
    const filter = {
      ...(typeof query === "string" ? { query } : {}),
      ...(typeof role === "string" ? { role: await findRole(client, role) } : {}),
      ...(status === null ? {} : { status }),
    };
    const isJson = values["json"] === true;
    const items: User[] = [];
    for await (const user of listUsers(client, filter, limit)) {
      if (isJson) items.push(user);
      else out(formatUser(user));
    }
    if (isJson) out(JSON.stringify({ items }));
    return 0;
  },
};

async function* listUsers(client: GatehouseClient, filter: Query, limit: number): AsyncGenerator<User> {
  let left = limit;
  let cursor: string | null = null;
  do {
    const page: Query = { ...filter, limit: Math.min(left, 100), ...(cursor === null ? {} : { cursor }) };
    const { body }: AnswerOf<"listUsers"> = await client.listUsers({ query: page });
    yield* body.items;
    left -= body.items.length;
    cursor = body.nextCursor;
  } while (cursor !== null && left > 0);
}

async function findRole(client: GatehouseClient, name: string): Promise<string> {
  const { body } = await client.listRoles({ query: { query: name, limit: 100 } });
  const isNamed = (role: { readonly name: string }) => role.name.toLowerCase() === name.toLowerCase();
  const found = body.items.find(isNamed);
  if (found !== undefined) return found.id;
  const similar = body.items.map((role) => role.name).join(", ");
  throw new CommandError(
    `There is no role ${JSON.stringify(name)}.${similar === "" ? "" : ` Similar ones: ${similar}.`}`,
  );
}

/** Name, address, status and roles, with tabs between. */
function formatUser({ name, email, status, roles }: User): string {
  return [name, email, status, roles.map((role) => role.name).join("; ")].join("\t");
}

function readLimit(text: Values[string]): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,8}$/.test(String(text))) return Number(text);
  throw new CommandError("--limit is a whole number from 1.");
}

function readStatus(text: Values[string]): "active" | "suspended" | null {
  if (text === undefined || text === "active" || text === "suspended") return text ?? null;
  throw new CommandError("--status is active or suspended.");
}
