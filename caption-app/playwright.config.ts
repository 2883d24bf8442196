import { defineConfig } from "@playwright/test";

// The browser: $CHROMIUM, else Debian's package `chromium`; Playwright's own download is not needed.
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 20_000 },
  use: { baseURL: "http://127.0.0.1:8765", launchOptions: { executablePath, args }, permissions: ["camera", "clipboard-read", "clipboard-write"] },
  // the real server, with $CAPTIONKIT_CHECKPOINT or an untrained model; `python` must have captionkit installed
  webServer: { command: "python e2e/server.py test-results/pictures", url: "http://127.0.0.1:8765/health", timeout: 120_000 },
});
