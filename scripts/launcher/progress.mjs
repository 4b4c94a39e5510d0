/** Reports the steps of the preparation on stderr: stdout belongs to the command that follows. */

/**
 * Runs `work`; prints the title before and the duration after it.
 * @template T
 * @param {string} title e.g. "Installing the dependencies"
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(title, work) {
  const startedAt = performance.now();
  process.stderr.write(`${title} …`);
  try {
    const result = await work();
    process.stderr.write(` ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (error) {
    process.stderr.write(" failed\n");
    throw error;
  }
}
