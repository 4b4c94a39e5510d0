/** A browser with a device for passkeys, in component tests. */
import { vi } from "vitest";

/** What the device does next: it responds, or the browser rejects with the name of an error. */
type Reply = "responds" | "NotAllowedError" | "InvalidStateError";

/** The responses that the stubbed device sends, as the panel sends them on. */
export const stubbedCredentials = {
  created: {
    id: "AQID",
    rawId: "AQID",
    type: "public-key",
    response: { clientDataJSON: "AQ", attestationObject: "Ag", transports: ["internal"] },
  },
  used: {
    id: "AQID",
    rawId: "AQID",
    type: "public-key",
    response: { clientDataJSON: "AQ", authenticatorData: "Aw", signature: "BA", userHandle: null },
  },
} as const;

const bytes = (value: number) => new Uint8Array([value]).buffer;

/** Stubs the browser's side of WebAuthn until the test is finished. The page suggests no passkeys by itself. */
export function stubPasskeys(replies: readonly Reply[]): void {
  const rest = [...replies];
  class StubbedCredential {
    static readonly isConditionalMediationAvailable = async () => false;
    readonly id = "AQID";
    readonly response = {
      clientDataJSON: bytes(1),
      attestationObject: bytes(2),
      authenticatorData: bytes(3),
      signature: bytes(4),
      userHandle: null,
      getTransports: () => ["internal"],
    };
  }
  vi.stubGlobal("PublicKeyCredential", StubbedCredential);
  const ask = async (): Promise<Credential> => {
    const reply = rest.shift() ?? "NotAllowedError";
    if (reply !== "responds") throw new DOMException("", reply);
    return new StubbedCredential() as unknown as Credential;
  };
  vi.spyOn(navigator.credentials, "create").mockImplementation(ask);
  vi.spyOn(navigator.credentials, "get").mockImplementation(ask);
}
