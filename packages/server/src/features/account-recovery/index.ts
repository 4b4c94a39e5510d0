/** Public API of the account-recovery feature. */
export { createResetLinkForOperator } from "./create-reset-link.ts";
export { deliverAccountMail } from "./deliver-account-mail.ts";
