import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = process.env.CAPTIONKIT_SERVER ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  base: "./", // so that the page also works below another address
  server: { proxy: { "/caption": server, "/health": server, "/model": server } },
  build: { outDir: "../captionkit/web", emptyOutDir: true },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"], testTimeout: 20_000 },
});
