/** Addresses that browsers, password managers and researchers know (RFC 8615). */
import type { FastifyInstance } from "fastify";
import type { Deps } from "../deps.ts";

const day = 86_400_000;

/** How long a copy of `security.txt` is valid; RFC 9116 recommends less than a year. */
const securityTextMs = 180 * day;

const open = (why: string) => ({ schema: { hide: true }, config: { policy: { public: why } } });

/** Registers where to change the password, to manage passkeys and, with a SECURITY_CONTACT, to report vulnerabilities. */
export function registerWellKnown(
  app: FastifyInstance,
  { clock, config }: Pick<Deps, "clock" | "config">,
): void {
  const { publicUrl, securityContact } = config;
  const account = `${publicUrl}/account`;
  // https://w3c.github.io/webappsec-change-password-url/
  app.get("/.well-known/change-password", open("password managers open it"), async (_request, reply) =>
    reply.redirect(account),
  );
  // https://w3c.github.io/webappsec-passkey-endpoints/
  app.get("/.well-known/passkey-endpoints", open("password managers read it"), async () => ({
    enroll: account,
    manage: account,
  }));
  if (securityContact === null) return;
  app.get("/.well-known/security.txt", open("researchers read it"), async (_request, reply) =>
    reply
      .type("text/plain; charset=utf-8")
      .send(
        [
          `Contact: ${securityContact}`,
          `Expires: ${new Date(clock.now().getTime() + securityTextMs).toISOString()}`,
          "Preferred-Languages: en, tr",
          `Canonical: ${publicUrl}/.well-known/security.txt`,
          "",
        ].join("\n"),
      ),
  );
}
