/** Sends a campaign back to its author, with a reason. */
import { useState } from "react";
import type { Campaign } from "../shapes.ts";
import { send } from "./api.ts";
import { useApp } from "./app-state.tsx";
import { FormDialog } from "./form-dialog.tsx";
import { Field } from "./parts.tsx";

/** What the form takes. */
export interface SendBackFormProps {
  readonly campaign: Campaign;
  readonly onClose: () => void;
  readonly onMade: (made: Campaign) => void;
}

/** The form. */
export function SendBackForm({
  campaign: { id, name, version, created },
  onClose,
  onMade,
}: SendBackFormProps) {
  const { say } = useApp();
  const [reason, setReason] = useState("");
  const sendBack = async (): Promise<void> => {
    onMade(await send<Campaign>("POST", `/api/campaigns/${id}/send-back`, { version, reason }));
    say({ tone: "good", text: `“${name}” is sent back to ${created.name}.` });
    onClose();
  };
  return (
    <FormDialog
      title={`Send back ${name}`}
      submitWord="Send back"
      isDirty={reason !== ""}
      onSubmit={sendBack}
      onClose={onClose}
    >
      {(faults) => (
        <Field path="reason" label="Reason" fault={faults["reason"]} hint={`${created.name} reads it.`}>
          {(props) => (
            <textarea {...props} rows={4} value={reason} onChange={({ target }) => setReason(target.value)} />
          )}
        </Field>
      )}
    </FormDialog>
  );
}
