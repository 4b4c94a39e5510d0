/** Removes the secrets of a configuration from texts, for instance from an error message of a mail server. */
import type { Config } from "../config.ts";

/** Stands for a secret. */
export const mask = "********";

/** Parameters of a URL whose value is a secret. */
const secretParameter = /pass|secret|token|key/i;

/** Shorter texts occur in ordinary words. */
const minLength = 4;

/**
 * Masks the secrets in a URL: everything between `//` and the last `@`, because an unescaped password may contain any
 * delimiter, and parameters with the name of a secret.
 */
export function maskUrl(text: string): string {
  const masked = text.replace(/\/\/.*@/s, `//${mask}@`);
  return masked.replace(/([?&][^=&]*(?:pass|secret|token|key)[^=&]*=)[^&]*/gi, `$1${mask}`);
}

/** Returns a function that masks every secret of the configuration, as it is set, decoded, or in base64. */
export function createSecretFilter(
  config: Pick<
    Config,
    | "databaseUrl"
    | "databaseDirectUrl"
    | "databaseReplicaUrl"
    | "smtpUrl"
    | "secretKey"
    | "previousSecretKey"
    | "metricsToken"
    | "operatorToken"
  >,
): (text: string) => string {
  const secrets = [
    config.secretKey,
    config.previousSecretKey,
    config.metricsToken,
    config.operatorToken,
    ...[config.databaseUrl, config.databaseDirectUrl, config.databaseReplicaUrl, config.smtpUrl].flatMap(
      (url) => (url === null ? [] : listSecrets(url)),
    ),
  ].filter((secret) => secret !== null && secret.length >= minLength);
  const forms = [...new Set(secrets as string[])].sort((one, other) => other.length - one.length);
  return (text) => forms.reduce((rest, form) => rest.replaceAll(form, mask), text);
}

/** The password and secret parameters of a URL that could be parsed. */
function listSecrets(text: string): readonly string[] {
  const url = new URL(text);
  const [user, password] = [url.username, url.password].map(decode) as [string, string];
  const secrets = [
    url.password,
    password,
    ...[...url.searchParams].flatMap(([name, value]) =>
      secretParameter.test(name) ? [value, encodeURIComponent(value)] : [],
    ),
  ];
  // How SMTP sends it: AUTH LOGIN and AUTH PLAIN.
  const sent = password === "" ? [] : [toBase64(password), toBase64(`\0${user}\0${password}`)];
  return [...secrets, ...sent];
}

const toBase64 = (text: string) => Buffer.from(text).toString("base64");

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a % that begins no code
  }
}
