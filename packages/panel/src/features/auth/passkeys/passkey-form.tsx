import { Trans } from "@lingui/react/macro";
import { useState } from "react";
import { request } from "../../../lib/api/request.ts";
import { Button } from "../../../ui/forms/button.tsx";
import type { FactorFormProps } from "../second-factor/factor-form-props.ts";
import { PasskeyObstacleNotice, PasskeyProblem } from "./passkey-problem.tsx";
import { findPasskeyObstacle, getPasskey } from "./webauthn.ts";

/** Asks for a passkey as the second factor. */
export function PasskeyForm({ send, purpose, tall }: FactorFormProps) {
  const [error, setError] = useState<unknown>(null);
  const [isPending, setPending] = useState(false);
  const obstacle = findPasskeyObstacle();
  if (obstacle !== null) return <PasskeyObstacleNotice obstacle={obstacle} />;
  async function ask() {
    const { body: options } = await request("POST /sessions/passkey/options", { query: { purpose } });
    return { credential: await getPasskey(options) };
  }
  async function submit() {
    setError(null);
    setPending(true);
    try {
      await send(ask());
    } catch (reason) {
      setError(reason);
    } finally {
      setPending(false);
    }
  }
  return (
    <>
      <PasskeyProblem error={error} />
      <p>
        <Trans>Use the device or password manager that has your passkey.</Trans>
      </p>
      <Button variant="primary" wide tall={tall} autoFocus pending={isPending} onClick={() => void submit()}>
        <Trans>Use a passkey</Trans>
      </Button>
    </>
  );
}
