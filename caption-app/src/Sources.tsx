import { type ChangeEvent, type FormEvent, useRef, useState } from "react";
import { Camera } from "./Camera";
import { type Incoming, sorted, written } from "./incoming";

type Properties = { empty: boolean; take: (found: Incoming) => void };

/** Where pictures come from: dropped and pasted ones, files, the camera, web addresses. */
export function Sources({ empty, take }: Properties) {
  const [camera, setCamera] = useState(false);
  const takeFiles = (files: File[]) => take(sorted(files));
  return (
    <div className={empty ? "sources empty" : "sources"}>
      <p className="invitation">{empty ? "Drop or paste pictures here" : "or drop and paste more"}</p>
      <label className="button">
        {empty ? "Choose pictures" : "Add pictures"}
        <FileInput take={takeFiles} />
      </label>
      {/* a page may open the camera itself only by https or on localhost; else the phone's own */}
      {navigator.mediaDevices ? <button onClick={() => setCamera(true)}>Camera</button> : <label className="button">Camera<FileInput take={takeFiles} capture /></label>}
      {camera && <Camera close={() => setCamera(false)} shoot={(picture) => takeFiles([picture])} />}
      <AddressField take={take} />
    </div>
  );
}

/** For a web address; a telephone cannot paste into a page. */
function AddressField({ take }: { take: (found: Incoming) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const submitted = (event: FormEvent) => {
    event.preventDefault();
    const found = written(field.current!.value);
    take(found);
    if (found.addresses.length) field.current!.value = ""; // else it is there to be corrected
  };
  return (
    <form className="address" onSubmit={submitted} noValidate> {/* what is no address, the page says itself */}
      <label htmlFor="address">Web address</label>
      <input ref={field} id="address" type="url" placeholder="https://…" autoComplete="off" enterKeyHint="go" />
      <button>Add</button>
    </form>
  );
}

function FileInput({ take, capture }: { take: (files: File[]) => void; capture?: boolean }) {
  const changed = (event: ChangeEvent<HTMLInputElement>) => {
    take([...(event.target.files ?? [])]);
    event.target.value = ""; // so that the same file can be chosen again
  };
  return <input id={capture ? undefined : "files"} type="file" accept="image/*" multiple={!capture} capture={capture ? "environment" : undefined} onChange={changed} />;
}
