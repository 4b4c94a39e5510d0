/** Exports of users: their columns and formats. */
import * as z from "zod/mini";
import { endpoint, flag, id, inOrganization, searchText, textLanguage } from "./common.ts";
import { userStatus } from "./users.ts";

/** The columns of an export, in the default order. */
export const userExportColumns = [
  "id",
  "name",
  "email",
  "status",
  "roles",
  "phone",
  "externalId",
  "lastActiveAt",
  "createdAt",
  "twoFactor",
] as const;

const userExportColumn = z.enum(userExportColumns);

/** `csv`: for spreadsheets; `ndjson`: one JSON object a line. */
const userExportFormat = z.enum(["csv", "ndjson"]);

const unknownColumn = `Name columns of these, with commas between: ${userExportColumns.join(", ")}.`;

export const exportUsers = endpoint({
  method: "GET",
  path: "/organizations/:organizationId/users/export",
  operationId: "exportUsers",
  tag: "Users",
  summary:
    "Users as CSV or JSON lines in name order: all of them, or those that the filters of the list match. `columns` names the " +
    "columns, with commas between",
  params: inOrganization,
  query: z.strictObject({
    ...textLanguage,
    query: z.optional(searchText),
    role: z.optional(id),
    status: z.optional(userStatus),
    twoFactor: z.optional(flag),
    format: z.optional(userExportFormat),
    columns: z.optional(
      searchText.check(
        z.refine(
          (text) => text.split(",").every((name) => userExportColumn.safeParse(name).success),
          unknownColumn,
        ),
      ),
    ),
  }),
  success: { status: 200, body: null, media: ["text/csv", "application/x-ndjson"] },
  localized: true,
});

/** A column of an export. */
export type UserExportColumn = z.infer<typeof userExportColumn>;
/** The format of an export. */
export type UserExportFormat = z.infer<typeof userExportFormat>;

/** The columns that a list of names stands for, each once. Unknown names are left out. */
export function parseUserExportColumns(text: string): readonly UserExportColumn[] {
  const names = new Set<string>(text.split(",").map((name) => name.trim()));
  return [...names].flatMap((name) => userExportColumn.safeParse(name).data ?? []);
}
