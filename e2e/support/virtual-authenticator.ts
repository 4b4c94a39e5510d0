/** An authenticator of the browser itself, for tests of passkeys (Chrome DevTools Protocol, domain WebAuthn). */
import type { Page } from "playwright-core";

/** A device that keeps passkeys and confirms by itself who the person is. */
export interface VirtualAuthenticator {
  /** How many passkeys it has. */
  readonly count: () => Promise<number>;
  /** The device is lost, with its passkeys. */
  readonly remove: () => Promise<void>;
}

/** Adds a device to the browser of a page. It works in this page only. */
export async function addVirtualAuthenticator(page: Page): Promise<VirtualAuthenticator> {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable", { enableUI: false });
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    count: async () =>
      (await session.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length,
    remove: async () => {
      await session.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
    },
  };
}
