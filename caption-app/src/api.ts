/** The server's modes, as `GET /modes` lists them, with what they are called here. */
export const MODES = {
  consistent: { label: "Consistent", hint: "The likeliest caption, the same every time." },
  safe_diverse: { label: "Safe diverse", hint: "Samples, close to the likeliest." },
  balanced_diverse: { label: "Balanced diverse", hint: "Samples, with some freedom." },
  creative_diverse: { label: "Creative diverse", hint: "Samples boldly, and is wrong more often." },
} as const;

export type Mode = keyof typeof MODES;

/** What the server says about a picture. */
export type Answer = {
  caption: string;
  caption_mode: Mode;
  captions: { text: string; score: number }[];
  ms: number;
  words: string[];
  /** Of each word its probability, in (0, 1]. */
  confidence: number[];
  /** `[words][h][w]`: of each word the share of attention that each cell of the whole picture got. */
  attention: number[][][];
};

/** What the server says about its model. */
export type Model = {
  /** `photos`, the built-in one, or the name of its file. */
  name: string;
  /** What it was made of and trained on, in words. */
  summary: string;
  /** Why not to trust it, where there is a reason beyond the usual ones. */
  warning: string | null;
  /** The essential sentences of its card, if it has one. */
  card: string[];
};

/** The server did not answer, or something else answered in its place. */
export class ServerAway extends Error {}

/** The server has too much to do. */
export class ServerBusy extends Error {}

/** The server's answer to a request; throws `ServerAway`, `ServerBusy`, or an `Error` with the server's own sentence. */
async function ask(address: string, options: RequestInit = {}): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(address, options);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ServerAway("The server does not answer. Is it running?");
  }
  const content: unknown = await response.json().catch(() => null);
  if (response.ok && content) return content;
  if (content && typeof content === "object" && "detail" in content) {
    throw new (response.status === 503 ? ServerBusy : Error)(String(content.detail).replace(/^the given bytes: /, ""));
  }
  throw new ServerAway(`The server does not answer as expected (status ${response.status}).`);
}

/** Resolves when the server is there; throws `ServerAway` otherwise. */
export async function checkServer(): Promise<void> {
  await ask("health");
}

/** What the server says about its model; null where an older server does not know that question. */
export function aboutModel(): Promise<Model | null> {
  return (ask("model") as Promise<Model>).catch(() => null);
}

/** Caption a picture, given as a `data:` address. */
export async function caption(picture: string, mode: Mode, seed: number, signal: AbortSignal): Promise<Answer> {
  const body = JSON.stringify({ image_base64: picture, caption_mode: mode, seed, attention: true });
  const headers = { "Content-Type": "application/json" };
  return (await ask("caption", { method: "POST", headers, body, signal })) as Answer;
}

const PAUSES = [1000, 2000, 4000, 8000]; // in milliseconds

/** What `ask` gives; while the server has too much to do, it is asked again after each of `pauses`. */
export async function patiently<T>(ask: () => Promise<T>, signal: AbortSignal, pauses: number[] = PAUSES): Promise<T> {
  for (const pause of pauses) {
    try { return await ask(); }
    catch (error) { if (!(error instanceof ServerBusy)) throw error; }
    await new Promise((resolve) => setTimeout(resolve, pause));
    signal.throwIfAborted();
  }
  return ask();
}
