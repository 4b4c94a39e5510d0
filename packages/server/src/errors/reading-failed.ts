/** The file can't be read any further. The message says how to correct it. */
export class ReadingFailed extends Error {
  override readonly name = "ReadingFailed";
}
