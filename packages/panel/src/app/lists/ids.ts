const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Whether a value from the address is an id. */
export function isId(value: unknown): value is string {
  return typeof value === "string" && uuid.test(value);
}
