/** An expected end of the launcher: one line for the person who started it, no stack. */
export class Stop extends Error {
  /**
   * @param {string} message what went wrong and what to do about it
   * @param {{ output?: string, cause?: unknown }} [details] what the failed program printed
   */
  constructor(message, { output, cause } = {}) {
    super(message, { cause });
    this.name = "Stop";
    this.output = output ?? "";
  }
}
