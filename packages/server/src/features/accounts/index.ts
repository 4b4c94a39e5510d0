/** Public API of the accounts feature. */
export { checkPassword } from "./password-policy.ts";
export { createPasswords, type Passwords } from "./passwords.ts";
export {
  findAccountByEmail,
  insertAccount,
  insertAccounts,
  insertAccountWithoutSignIn,
  isPasswordUnchanged,
  listOrganizations,
  type OrganizationOfAccount,
  replacePasswordHash,
  type StoredAccount,
} from "./queries.ts";
