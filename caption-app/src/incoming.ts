/** What was dropped, pasted or chosen. */
export type Incoming = {
  files: File[];
  /** Addresses of pictures on the web, or `data:` addresses. */
  addresses: string[];
  /** Names of files that are no pictures. */
  others: string[];
};

const ADDRESS = /^(https?:\/\/\S+|data:image\/\S+)$/i;
const SAVE = "Save the picture, then add its file here.";

/** Pictures among files; what the browser knows no type of may be one (HEIC), the server sees. */
export function sorted(files: Iterable<File>): Incoming {
  const all = [...files];
  const isPicture = ({ name, type }: File) => type.startsWith("image/") || (type === "" && !/^\.|\.db$/i.test(name)); // not .DS_Store, Thumbs.db
  return { files: all.filter(isPicture), addresses: [], others: all.filter((file) => !isPicture(file)).map((file) => file.name) };
}

/** The addresses among lines of text. */
function addressesAmong(lines: string[]): string[] {
  const addresses = lines.map((line) => line.trim()).filter((line) => ADDRESS.test(line) && URL.canParse(line));
  return [...new Set(addresses)];
}

/** What was written as a web address brings. */
export function written(text: string): Incoming {
  return { files: [], addresses: addressesAmong([text]), others: [] };
}

/** The addresses in what is dragged from a web page or pasted as text: of a picture in it, else of the link, else the text's lines. */
function addressesIn(data: DataTransfer): string[] {
  const page = new DOMParser().parseFromString(data.getData("text/html"), "text/html");
  const pictures = [...page.querySelectorAll("img")].map((image) => image.getAttribute("src") ?? "");
  for (const found of [pictures, data.getData("text/uri-list").split(/\s+/), data.getData("text/plain").split(/[\r\n]+/)]) {
    const addresses = addressesAmong(found);
    if (addresses.length) return addresses;
  }
  return [];
}

/** What `data`, of a drop or a paste, brings. */
export function incoming(data: DataTransfer | null): Incoming {
  const found = sorted(data?.files ?? []);
  if (!data || found.files.length || found.others.length) return found;
  return { ...found, addresses: addressesIn(data) };
}

/** All files in a dropped folder and its folders, or the one file, in the order of their names. */
async function walked(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside: FileSystemEntry[] = [];
  for (let more = 1; more; ) { // a reader gives at most a hundred at a time
    const next = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    more = next.length;
    inside.push(...next);
  }
  inside.sort((a, b) => a.name.localeCompare(b.name));
  return (await Promise.all(inside.map(walked))).flat();
}

/** What a drop brings, the files in folders too. */
export async function dropped(data: DataTransfer | null): Promise<Incoming> {
  const entries = [...(data?.items ?? [])].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (!entries.some((entry) => entry.isDirectory)) return incoming(data);
  return sorted((await Promise.all(entries.map(walked))).flat());
}

/** A short name for the picture at an address. */
export function nameOf(address: string): string {
  if (address.startsWith("data:")) return "picture";
  const { pathname, hostname } = new URL(address);
  const last = pathname.split("/").filter(Boolean).pop() ?? hostname;
  try { return decodeURIComponent(last); }
  catch { return last; } // a lone % sign
}

/** The picture at an address, if its site lets a page of another site have it; throws an `Error` that says what to do. */
export async function fetchPicture(address: string, signal: AbortSignal): Promise<Blob> {
  const local = address.startsWith("data:");
  const response = await fetch(address, { signal, credentials: "omit", referrerPolicy: "no-referrer" }).catch((error) => {
    signal.throwIfAborted();
    throw new Error(local ? "The data: address holds no readable picture." : `The site does not give this page the picture. ${SAVE}`, { cause: error });
  });
  if (!response.ok) throw new Error(`The site answers that there is no such picture (status ${response.status}). ${SAVE}`);
  const picture = await response.blob();
  if (picture.type.startsWith("text/")) throw new Error(`At this address is a web page, not a picture. ${SAVE}`);
  return picture;
}
