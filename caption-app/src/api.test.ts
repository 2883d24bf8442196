import { expect, it } from "vitest";
import { ServerBusy, patiently } from "./api";

it("asks a busy server again, so often, and others not at all", async () => {
  const { signal } = new AbortController();
  let asked = 0;
  const busyUntil = (time: number) => async () => { if (++asked < time) throw new ServerBusy("busy"); return asked; };
  expect(await patiently(busyUntil(3), signal, [0, 0])).toBe(3);
  asked = 0;
  await expect(patiently(busyUntil(9), signal, [0, 0])).rejects.toThrow(ServerBusy);
  expect(asked).toBe(3);
  await expect(patiently(() => Promise.reject(new Error("wrong")), signal, [0])).rejects.toThrow("wrong");
  const stopped = AbortSignal.abort();
  await expect(patiently(busyUntil(99), stopped, [0])).rejects.toThrow("abort");
});
