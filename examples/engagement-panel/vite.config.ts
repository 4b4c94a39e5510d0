import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  // Inside this repository the SDK is used as it is written; elsewhere the line below is not needed.
  resolve: { conditions: ["gatehouse-source", ...defaultClientConditions] },
  build: { target: "es2023", modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
});
