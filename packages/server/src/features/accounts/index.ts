/** Public API of the accounts feature. */
export {
  claimLink,
  createUrl,
  endLinks,
  findLink,
  insertLink,
  isLinkLive,
  isUndoLive,
  type LinkManager,
  type LinkPurpose,
  type StoredLink,
} from "./account-links.ts";
export {
  acceptHash,
  convertBetterAuthHash,
  convertFirebaseHash,
  convertKeycloakHash,
  type FirebaseParameters,
} from "./password-hashes/convert-hash.ts";
export { checkPassword } from "./password-policy.ts";
export { createPasswords, type Passwords } from "./passwords.ts";
export {
  addSignIns,
  findAccount,
  findAccountByEmail,
  findAccountById,
  findAccountsByEmail,
  insertAccount,
  insertAccounts,
  insertAccountWithoutSignIn,
  type LockedAccount,
  listForeignHashes,
  listOrganizations,
  lockAccount,
  lockAuthenticating,
  type NewImportedAccount,
  type OrganizationOfAccount,
  replaceForeignHash,
  replacePasswordHash,
  type StoredAccount,
} from "./queries.ts";
