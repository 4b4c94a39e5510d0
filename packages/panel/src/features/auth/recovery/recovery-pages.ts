/** The pages of account recovery, which are loaded together. */
export { ForgotPasswordPage } from "./forgot-password-page.tsx";
export { ConfirmEmailPage, SecureAccountPage, UndoEmailPage } from "./link-action-pages.tsx";
export { ResetPage } from "./reset-page.tsx";
