import { useEffect, useRef, useState } from "react";
import { drawn, fittedSize } from "./picture";

/** A dialog with the camera's view and a button that takes the picture. */
export function Camera({ close, shoot }: { close: () => void; shoot: (picture: File) => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [ready, setReady] = useState(false);

  useEffect(() => {
    dialog.current?.showModal();
    let stream: MediaStream | null = null;
    let gone = false;
    navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).then(
      (opened) => {
        stream = opened;
        if (gone) stream.getTracks().forEach((track) => track.stop());
        else if (video.current) video.current.srcObject = stream;
      },
      () => setProblem("The camera could not be opened. Was it allowed, and is it free?"),
    );
    return () => {
      gone = true;
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, []);

  const take = async () => {
    const view = video.current!;
    const picture = await drawn(view, ...fittedSize(view.videoWidth, view.videoHeight));
    dialog.current?.close(); // gives the focus back, and calls `close`
    shoot(new File([picture], `camera ${new Date().toLocaleTimeString()}.jpg`, { type: picture.type }));
  };
  return (
    <dialog ref={dialog} className="camera" aria-label="Camera" onClose={close}>
      {problem ? <p role="alert">{problem}</p> : <video ref={video} autoPlay playsInline muted onLoadedData={() => setReady(true)} />}
      <div className="actions">
        <button onClick={() => void take()} disabled={!ready}>Take the picture</button>
        <button onClick={() => dialog.current?.close()}>Cancel</button>
      </div>
    </dialog>
  );
}
