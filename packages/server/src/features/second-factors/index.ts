/** Public API of the second-factors feature: what sign-in and step-up need. It doesn't import the sessions feature. */
export { acceptFactor, type PreparedProof, prepareProof } from "./accept-factor.ts";
export {
  countWrongTry,
  createChallenge,
  deleteChallenge,
  findChallengeAccount,
  lockChallenge,
  type OpenedChallenge,
} from "./challenges.ts";
export { challengeEnded, wrongCode, wrongSignInCode } from "./errors.ts";
export {
  findSecondFactors,
  hasSecondFactor,
  listFactorMethods,
} from "./find-second-factors.ts";
export { removeNewerFactors } from "./remove-newer-factors.ts";
