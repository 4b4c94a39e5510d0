/** Public API of the passkeys feature: WebAuthn, without the sessions and factors that rely on it. */

export {
  alreadyAdded,
  registrationError,
  tooManyPasskeys,
  wrongPasskey,
  wrongPasskeyInSession,
} from "./errors.ts";
export { createRegistrationOptions, createRequestOptions } from "./options.ts";
export {
  deletePasskey,
  findPasskey,
  insertPasskey,
  listPasskeys,
  setPasskeyName,
  toPasskeyView,
} from "./queries.ts";
export { acceptPasskeyUse, type PasskeyUse, verifyPasskeyUse } from "./use-passkey.ts";
export { verifyRegistration } from "./verify-credential.ts";
export {
  type ChallengeScope,
  claimChallenge,
  signInScope,
  toSecondFactorScope,
  toSessionScope,
} from "./webauthn-challenges.ts";
