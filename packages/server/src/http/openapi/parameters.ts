/** Descriptions and examples of the path, query and header parameters. */

interface ParameterText {
  readonly description: string;
  readonly example: string | number;
}

const uuid = "0198c1f2-7d3a-7000-8000-5f1c2d3e4a5b";
const time = "2026-01-31T12:00:00Z";

const roleLanguage = {
  description:
    "The language of name and description; `all` for the default ones. A text that isn't translated is the default one.",
  example: "tr",
};
const roleLanguages = Object.fromEntries(
  ["listRoles", "createRole", "getRole", "editRole"].map((name) => [`${name}.language`, roleLanguage]),
);

/** By `operationId.name`, else by name: most parameters mean the same everywhere. */
const parameters: Readonly<Record<string, ParameterText>> = {
  organizationId: { description: "The organization's id.", example: uuid },
  userId: { description: "The user's id in this organization.", example: uuid },
  roleId: { description: "The role's id.", example: uuid },
  invitationId: { description: "The invitation's id.", example: uuid },
  apiKeyId: { description: "The API key's id.", example: uuid },
  sessionId: { description: "The session's id.", example: uuid },
  passkeyId: { description: "The passkey's id.", example: uuid },
  purpose: {
    description:
      "What the passkey is used for: to sign in, as the second factor of a sign-in that waits for one, or to confirm the current session.",
    example: "sign-in",
  },
  importId: { description: "The import's id.", example: uuid },
  preset: { description: "The system that exported the file.", example: "auth0" },
  jobId: { description: "The job's id.", example: uuid },
  permission: { description: "A permission's name, `group:action`.", example: "campaigns:approve" },
  limit: { description: "How many items a page has: 1 to 100, 25 if absent.", example: "25" },
  cursor: {
    description: "`nextCursor` of the page before. Absent for the first page.",
    example: "eyJuIjoiQW5hIn0",
  },
  preview: { description: "With `true` it returns what would change, and changes nothing.", example: "true" },
  query: {
    description: "A part of a name or an e-mail address. Case and accents don't matter.",
    example: "isil",
  },
  "listRoles.query": {
    description:
      "A part of a role's name, the default one or the one that is shown. Case and accents don't matter.",
    example: "market",
  },
  role: { description: "Only users with this role.", example: uuid },
  twoFactor: {
    description: "Only users who have a second factor, or with `false` only those who have none.",
    example: "false",
  },
  status: { description: "Only users with this status.", example: "active" },
  "listInvitations.status": { description: "Only invitations with this status.", example: "pending" },
  "listApiKeys.status": { description: "Only keys with this status.", example: "active" },
  "listOrganizations.status": { description: "Only organizations with this status.", example: "suspended" },
  "listOrganizations.query": {
    description: "Words of the name. Case and accents don't matter.",
    example: "lodos",
  },
  externalId: { description: "The user's whole id in another system.", example: "crm-42" },
  language: {
    description: "The language of roles' names. A name that isn't translated is the default one.",
    example: "tr",
  },
  "getPermissions.language": {
    description: "The language of the texts; `all` for texts in all their languages.",
    example: "tr",
  },
  ...roleLanguages,
  delivery: { description: "Only invitations whose e-mail is in this state.", example: "failed" },
  sort: {
    description: "The order; with `-` descending. By name if absent.",
    example: "-lastActiveAt",
  },
  replacement: { description: "The role that its users and invitations get instead.", example: uuid },
  drop: {
    description: "Permissions that are in use and are to be removed, separated by commas.",
    example: "campaigns:approve",
  },
  dropAll: {
    description: "With `true` every permission that is in use and missing in the body is removed.",
    example: "true",
  },
  outcome: { description: "Only results with this outcome.", example: "refused" },
  "listUserImportRows.outcome": {
    description: "Rows that were refused, or those whose users or invitations an undo kept.",
    example: "refused",
  },
  "exportUserImportRows.outcome": {
    description: "Rows that were refused, or those whose users or invitations an undo kept.",
    example: "refused",
  },
  actor: { description: "Only events that this user or API key caused: its id.", example: uuid },
  action: {
    description: "Only events with this action, or whose action begins with it.",
    example: "roles.edited",
  },
  target: {
    description: "Only events about this user, role, invitation or other target: its id.",
    example: uuid,
  },
  grouped: {
    description: "With `true` the events of one change of many users are listed within the first of them.",
    example: "true",
  },
  within: { description: "Only the events that are listed within this one: its id.", example: uuid },
  from: { description: "Only events at or after this time.", example: time },
  to: { description: "Only events before this time.", example: time },
  columns: { description: "The columns of the file, with commas between.", example: "name,email,roles" },
  format: { description: "The format of the file.", example: "csv" },
  after: {
    description: "The id of the last event that you received. Absent for the complete state first.",
    example: `1042.${"a1".repeat(32)}`,
  },
  "readOrganizationAccess.after": {
    description: "The id of the last `current` event of this organization. Absent for the complete state.",
    example: `1042.${"a1".repeat(32)}`,
  },
  beat: { description: "Milliseconds between two signs of life of the stream.", example: "2000" },
  "Idempotency-Key": {
    description: "Sent again with the same body it gets the same answer, and nothing happens twice.",
    example: uuid,
  },
  "Accept-Language": {
    description:
      "The languages of the reader. A program that sends none gets the default names of roles, and texts in English.",
    example: "tr, en;q=0.5",
  },
  "If-Match": {
    description: "The `ETag` of the version that you read. If it has changed meanwhile, the answer is 412.",
    example: '"5b1c2d3e4a5b6c7d"',
  },
};

/** A parameter of an operation, as OpenAPI has it. */
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly example?: unknown;
}

/** Adds description and example to a parameter. */
export function describeParameter<T extends Parameter>(operationId: string, parameter: T): T {
  const text = parameters[`${operationId}.${parameter.name}`] ?? parameters[parameter.name];
  return text === undefined ? parameter : { ...parameter, ...text };
}
