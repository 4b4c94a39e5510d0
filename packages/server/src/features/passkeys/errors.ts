/** Why a passkey isn't accepted. */
import { maxPasskeys } from "@gatehouse/sdk/contract";
import { ApiError } from "../../errors/api-error.ts";
import type { RegistrationFault } from "./verify-credential.ts";

/** The one error for every passkey that doesn't sign in: it says neither why, nor whether it is known. */
export function wrongPasskey(params: { readonly triesLeft?: number } = {}): ApiError {
  return new ApiError("auth/wrong-passkey", {
    detail: "This passkey can't be used to sign in. Try again, or sign in another way.",
    params,
  });
}

/** The passkey doesn't confirm who uses a session. */
export function wrongPasskeyInSession(): ApiError {
  return new ApiError("second-factors/wrong-passkey", {
    detail: "This passkey can't be used here. Use one of your own, or another way.",
  });
}

/** Why a new passkey isn't accepted. */
export function registrationError(fault: RegistrationFault): ApiError {
  switch (fault) {
    case "expired-challenge":
      return new ApiError("passkeys/challenge-ended", {
        detail: "It took longer than five minutes, or was done already. Start again.",
      });
    case "not-verified":
      return new ApiError("passkeys/not-verified", {
        detail: "The device didn't check who you are. Use one with a PIN, a fingerprint or your face.",
      });
    case "invalid":
      return new ApiError("passkeys/invalid", {
        detail: "The device sent a passkey that can't be used here. Try again, or use another device.",
      });
  }
}

/** The credential is a passkey already. */
export function alreadyAdded(): ApiError {
  return new ApiError("passkeys/already-added", {
    detail: "This passkey was added already. Use another device or password manager.",
  });
}

/** The account has as many passkeys as it may have. */
export function tooManyPasskeys(): ApiError {
  return new ApiError("passkeys/too-many", {
    detail: `An account has ${maxPasskeys} passkeys at most. Remove one that you don't use.`,
    params: { max: maxPasskeys },
  });
}
