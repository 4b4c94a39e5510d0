/** Accounts: the only door of this feature. */
export { checkPassword } from "./password-policy.ts";
export { createPasswords, type Passwords } from "./passwords.ts";
export {
  findAccountByEmail,
  hasStillPassword,
  insertAccount,
  insertAccounts,
  listOrganizations,
  type OrganizationOfAccount,
  replacePasswordHash,
  type StoredAccount,
} from "./queries.ts";
export { registerAccountRoutes } from "./routes.ts";
