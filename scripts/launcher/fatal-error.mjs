/** An expected failure of the launcher: printed as one line, without a stack. */
export class FatalError extends Error {
  /**
   * @param {string} message what went wrong and what to do about it
   * @param {{ output?: string, cause?: unknown }} [details] `output` of the program that failed
   */
  constructor(message, { output, cause } = {}) {
    super(message, { cause });
    this.name = "FatalError";
    this.output = output ?? "";
  }
}

/**
 * An expected failure for an error of the file system: a checkout that this user may not write, for example one that is
 * mounted read-only or belongs to root. Null for any other error.
 * @param {unknown} error
 */
export function toFatalError(error) {
  const { code, path } = /** @type {NodeJS.ErrnoException} */ (error);
  if (path === undefined || !["EACCES", "EPERM", "EROFS"].includes(code ?? "")) return null;
  return new FatalError(
    `${path} can't be written by this user. Run npm start once as the owner of this folder, which prepares everything, or let this user write there.`,
    { cause: error },
  );
}
