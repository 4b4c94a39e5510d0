/** Says why a passkey was not created or used, and what to do. */
import { Trans, useLingui } from "@lingui/react/macro";
import { ProblemNotice } from "../../../lib/api/problem-text.tsx";
import { ApiProblem } from "../../../lib/api/request.ts";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { linkClass } from "../../../ui/text.tsx";
import { PasskeyError, type PasskeyFailure, type PasskeyObstacle } from "./webauthn.ts";

/** The error of the last attempt; nothing for null. */
export function PasskeyProblem({ error }: { readonly error: unknown }) {
  const { t } = useLingui();
  const texts: Readonly<Record<PasskeyFailure | "refused", string>> = {
    cancelled: t`This was cancelled, or it took too long. Try again, or choose another way.`,
    "already-added": t`This device or password manager has a passkey for your account already. Use another one.`,
    "wrong-address": t`Your passkeys don’t work at this address. Open the panel at its usual address.`,
    failed: t`The device could not do this. Try again, or choose another way.`,
    refused: t`This passkey can’t be used here. It may have been removed from your account. Choose another way.`,
  };
  const failure = findFailure(error);
  if (failure === null) return <ProblemNotice error={error} />;
  return (
    <div role="alert">
      <InlineNotice tone={failure === "cancelled" ? "warn" : "bad"}>{texts[failure]}</InlineNotice>
    </div>
  );
}

function findFailure(error: unknown): PasskeyFailure | "refused" | null {
  if (error instanceof PasskeyError) return error.failure;
  return error instanceof ApiProblem && error.code.endsWith("/wrong-passkey") ? "refused" : null;
}

/** Why passkeys can't be used at this address or in this browser, and what to do. */
export function PasskeyObstacleNotice({ obstacle }: { readonly obstacle: PasskeyObstacle }) {
  return (
    <InlineNotice tone="locked">
      <ObstacleText obstacle={obstacle} />
    </InlineNotice>
  );
}

function ObstacleText({ obstacle }: { readonly obstacle: PasskeyObstacle }) {
  if (obstacle === "unsupported")
    return <Trans>This browser doesn’t support passkeys. Use a newer one.</Trans>;
  if (obstacle === "insecure")
    return <Trans>Passkeys need https. Ask the administrator of the server to set it up.</Trans>;
  const local = findLocalAddress();
  return local === null ? (
    <Trans>
      Passkeys need a host name, and this page has an IP address. Ask the administrator of the server for a
      name.
    </Trans>
  ) : (
    <Trans>
      Browsers allow no passkeys at an IP address. Open the panel at{" "}
      <a className={linkClass()} href={local}>
        {local}
      </a>
      .
    </Trans>
  );
}

/** The same page on `localhost`, if this is an address of the same machine. */
function findLocalAddress(): string | null {
  const { hostname, port, protocol, pathname } = location;
  if (!/^127\.|^\[::1\]$/.test(hostname)) return null;
  return `${protocol}//localhost${port === "" ? "" : `:${port}`}${pathname}`;
}
