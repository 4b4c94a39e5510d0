/** Why a second factor is refused. */
import { ApiError } from "../../errors/api-error.ts";

/** The sign-in that waits for the second factor has ended, or there is none. */
export function challengeEnded(): ApiError {
  return new ApiError("auth/challenge-ended", {
    detail: "This sign-in has ended. Enter e-mail and password again.",
  });
}

/** The code is wrong at sign-in; `triesLeft` more may be entered. */
export function wrongSignInCode(triesLeft: number): ApiError {
  return new ApiError("auth/wrong-code", { detail: wrongCodeText, params: { triesLeft } });
}

/** The code is wrong in a session; `path` is its place in the request. */
export function wrongCode(path: "code" | "recoveryCode"): ApiError {
  const detail = wrongCodeText;
  return new ApiError("second-factors/wrong-code", {
    detail,
    errors: [{ path, code: "second-factors/wrong-code", detail }],
  });
}

/** No set-up of an authenticator app is waiting for its first code. */
export function setUpNotStarted(): ApiError {
  return new ApiError("second-factors/not-started", {
    detail: "This set-up has ended. Start again and scan the new code.",
  });
}

/** There is nothing to recover or to remove. */
export function noSecondFactor(detail: string): ApiError {
  return new ApiError("second-factors/none", { detail });
}

const wrongCodeText =
  "This code is wrong, or it was used before. Enter the code that your authenticator app shows now, or another recovery code.";
