/** Asks for a second factor, by one of the methods that the account has. */
import type { SecondFactorMethod } from "@gatehouse/sdk/contract";
import { Trans } from "@lingui/react/macro";
import { type ComponentType, type ReactNode, useState } from "react";
import { recall, remember } from "../../../lib/storage/storage.ts";
import { LinkButton } from "../../../ui/text.tsx";
import { PasskeyForm } from "../passkeys/passkey-form.tsx";
import type { FactorFormProps } from "./factor-form-props.ts";
import { RecoveryCodeForm } from "./recovery-code-form.tsx";
import { TotpForm } from "./totp-form.tsx";

/** The methods that this page can ask for: the form, and the link to it from the other forms. */
const methodForms: Readonly<
  Record<SecondFactorMethod, { readonly Form: ComponentType<FactorFormProps>; readonly link: ReactNode }>
> = {
  passkey: { Form: PasskeyForm, link: <Trans>Use a passkey</Trans> },
  totp: { Form: TotpForm, link: <Trans>Use the authenticator app</Trans> },
  "recovery-code": { Form: RecoveryCodeForm, link: <Trans>Use a recovery code</Trans> },
};

interface FactorEntryProps extends Omit<FactorFormProps, "tall"> {
  /** What the account has, the usual one first. */
  readonly methods: readonly SecondFactorMethod[];
  readonly tall?: boolean;
}

/** Begins with the method that was used last in this browser, and leads to every other one. */
export function FactorEntry({ methods, send, action, purpose, tall = false }: FactorEntryProps) {
  const [chosen, setChosen] = useState<SecondFactorMethod | null>(null);
  const last = recall("second-factor");
  const method = chosen ?? methods.find((one) => one === last) ?? methods[0] ?? "recovery-code";
  const { Form } = methodForms[method];
  return (
    <>
      <Form
        key={method}
        action={action}
        purpose={purpose}
        tall={tall}
        send={async (proof) => {
          await send(proof);
          // A recovery code is an exception, not a habit.
          if (method !== "recovery-code") remember("second-factor", method);
        }}
      />
      {methods
        .filter((other) => other !== method)
        .map((other) => (
          <LinkButton key={other} onClick={() => setChosen(other)}>
            {methodForms[other].link}
          </LinkButton>
        ))}
    </>
  );
}
