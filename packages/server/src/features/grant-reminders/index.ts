/** Public API of the emails before grants end. */
export { sendGrantReminders } from "./send-reminders.ts";
