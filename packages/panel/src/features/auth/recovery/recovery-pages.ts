/** The pages of account recovery, which are loaded together. */
export { ConfirmEmailPage, UndoEmailPage } from "./email-change-pages.tsx";
export { ForgotPasswordPage } from "./forgot-password-page.tsx";
export { ResetPage } from "./reset-page.tsx";
