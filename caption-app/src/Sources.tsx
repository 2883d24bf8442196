import { type ChangeEvent, useState } from "react";
import { Camera } from "./Camera";

type Properties = { empty: boolean; take: (files: File[]) => void };

/** Where pictures come from: dropped and pasted ones, files, the camera. */
export function Sources({ empty, take }: Properties) {
  const [camera, setCamera] = useState(false);
  return (
    <div className={empty ? "sources empty" : "sources"}>
      <p className="invitation">{empty ? "Drop or paste pictures here, or the web address of one" : "or drop and paste more"}</p>
      <label className="button">
        {empty ? "Choose pictures" : "Add pictures"}
        <FileInput take={take} />
      </label>
      {/* a page may open the camera itself only by https or on localhost; else the phone's own */}
      {navigator.mediaDevices ? <button onClick={() => setCamera(true)}>Camera</button> : <label className="button">Camera<FileInput take={take} capture /></label>}
      {camera && <Camera close={() => setCamera(false)} shoot={(picture) => take([picture])} />}
    </div>
  );
}

function FileInput({ take, capture }: { take: (files: File[]) => void; capture?: boolean }) {
  const changed = (event: ChangeEvent<HTMLInputElement>) => {
    take([...(event.target.files ?? [])]);
    event.target.value = ""; // so that the same file can be chosen again
  };
  return <input id={capture ? undefined : "files"} type="file" accept="image/*" multiple={!capture} capture={capture ? "environment" : undefined} onChange={changed} />;
}
