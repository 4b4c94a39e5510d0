/**
 * Returns the time of the machine's monotonic clock, in milliseconds. All processes of a machine read the same clock, and setting the
 * system's time doesn't change it, so times of different processes can be compared.
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
