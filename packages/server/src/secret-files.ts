/** Secrets in files, as Docker and Kubernetes mount them: `SECRET_KEY_FILE` names a file with the value of `SECRET_KEY`. */
import { readFileSync } from "node:fs";

/** Settings whose value may be in a file. */
export const fileSettings = [
  "DATABASE_URL",
  "DATABASE_DIRECT_URL",
  "DATABASE_REPLICA_URL",
  "SMTP_URL",
  "SECRET_KEY",
  "SECRET_KEY_PREVIOUS",
  "OPERATOR_TOKEN",
] as const;

/** A setting whose value may be in a file. */
export type FileSetting = (typeof fileSettings)[number];

/** The value of a setting and where it comes from; `fault` says in one line why it can't be read. */
type FileSettingResult =
  | { readonly value: string | null; readonly file: string | null; readonly fault?: undefined }
  | { readonly fault: string };

/** Reads a setting from its variable or its file. White space around the value, such as a line break at the end, is removed. */
export function readFileSetting(
  environment: Readonly<Record<string, string | undefined>>,
  name: FileSetting,
): FileSettingResult {
  const value = environment[name]?.trim() ?? "";
  const file = environment[`${name}_FILE`]?.trim() ?? "";
  if (file === "") return { value: value === "" ? null : value, file: null };
  if (value !== "") return { fault: `${name} and ${name}_FILE are both set. Remove one of them.` };
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return {
      fault: `${name}_FILE is ${file}, which can't be read (${code ?? "unknown error"}). Name a file that this user may read.`,
    };
  }
  if (text === "")
    return { fault: `${name}_FILE is ${file}, which is empty. Write the value of ${name} into it.` };
  if (/[\r\n]/.test(text))
    return {
      fault: `${name}_FILE is ${file}, which holds more than one line. Write only the value of ${name} into it.`,
    };
  return { value: text, file };
}
