import { expect, test } from "vitest";
import { createSecrets } from "../../ports/secrets.ts";
import { createLink, createMessageId, createToken, verifyToken } from "./link-token.ts";

const secrets = createSecrets("a secret key of thirty-two characters or more");
const claims = {
  organizationId: "0199d0c5-6a3e-7b1c-8d2f-3e4a5b6c7d8e",
  invitationId: "0199d0c5-7000-7fff-9000-0123456789ab",
  generation: 37,
};

test("a token contains organization, invitation and generation, and is deterministic", () => {
  const token = createToken(secrets, claims);

  expect(token).toMatch(/^0199d0c56a3e7b1c8d2f3e4a5b6c7d8e0199d0c570007fff90000123456789ab\.11\.[\w-]{43}$/);
  expect(createToken(secrets, claims)).toBe(token);
  expect(verifyToken(secrets, token)).toEqual(claims);
});

test("changing any single character makes a token invalid", () => {
  const token = createToken(secrets, claims);

  for (let at = 0; at < token.length; at++) {
    for (const other of ["A", "a", "0", "1", "f", "_", "-", "."]) {
      const forged = `${token.slice(0, at)}${other}${token.slice(at + 1)}`;
      if (forged !== token) expect(verifyToken(secrets, forged), forged).toBeNull();
    }
  }
});

test("rejects padding, other case, leading zeros and surrounding characters", () => {
  const token = createToken(secrets, claims);
  const variants = [
    ` ${token}`,
    `${token}\n`,
    `${token}=`,
    token.toUpperCase(),
    token.replace(".11.", ".011."),
    "",
  ];

  for (const variant of variants) expect(verifyToken(secrets, variant), variant).toBeNull();
});

test("rejects tokens of another installation, purpose or generation", () => {
  const otherSecrets = createSecrets("the secret key of another installation, as long");
  const signedText = `${claims.organizationId}:${claims.invitationId}:${claims.generation}`;
  const unsigned = createToken(secrets, claims).slice(0, -43);

  expect(verifyToken(secrets, createToken(otherSecrets, claims))).toBeNull();
  expect(verifyToken(secrets, `${unsigned}${secrets.sign("password-reset", signedText)}`)).toBeNull();
  expect(verifyToken(secrets, createToken(secrets, claims).replace(".11.", ".12."))).toBeNull();
});

test("the link is the accept page below the public URL, with the token in the fragment", () => {
  expect(createLink("https://access.lodos.example", "abc")).toBe("https://access.lodos.example/accept#abc");
});

test("the Message-ID consists of invitation, generation and public host", () => {
  expect(createMessageId("https://access.lodos.example:8443", claims)).toBe(
    `<${claims.invitationId}.37@access.lodos.example>`,
  );
});
