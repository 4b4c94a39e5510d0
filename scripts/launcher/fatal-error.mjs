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
