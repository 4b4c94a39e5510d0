/** Errors of imports. */
import { maxImportRows } from "@gatehouse/sdk/contract";
import { ApiError } from "../../errors/api-error.ts";
import type { Refusal } from "./import-row.ts";

/** The import is at another step than the request expects. */
export function wrongStep(detail: string): ApiError {
  return new ApiError("user-imports/wrong-step", { detail });
}

/** The import can no longer be undone, or there is nothing to undo. */
export function notUndoable(detail: string): ApiError {
  return new ApiError("user-imports/not-undoable", { detail });
}

/** Why an import of too many rows fails. */
export const tooManyRows: Refusal = {
  code: "user-imports/too-many-rows",
  detail: `A file has ${maxImportRows.toLocaleString("en")} rows at most. Divide it, and import the parts one after the other.`,
};

/** Why an import fails whose file can't be decrypted. */
export const fileLost: Refusal = {
  code: "user-imports/file-lost",
  detail: "The uploaded file is gone, or the server has another secret key now. Upload it again.",
};

/** Why an import fails whose starter may no longer do that. */
export const starterLostAccess: Refusal = {
  code: "user-jobs/starter-lost-access",
  detail:
    "Who started this no longer has the permission. What was imported is kept. Somebody who has it can upload the file again.",
};

/** Why an import fails that the server gave up. */
export const retriesExhausted: Refusal = {
  code: "internal",
  detail:
    "The server stopped after several attempts. Upload the file again: rows that were imported are unchanged then.",
};
