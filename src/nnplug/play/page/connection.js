// One WebSocket to the trainer. Texts go out, binary frames come in; docs/contributing/play.md says
// what they hold.

const padded = (bytes) => Math.ceil(bytes / 4) * 4;

/**
 * Return the message of a binary frame: its header, with `arrays` replaced by an object of typed
 * arrays by name, and their shapes in `shapes`. They are views of the frame: nothing is copied.
 */
export function decode(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let at = padded(4 + length);
  const arrays = {};
  const shapes = {};
  for (const { name, dtype, shape } of header.arrays || []) {
    const count = shape.reduce((a, b) => a * b, 1);
    const Type = dtype === "f4" ? Float32Array : Uint8Array;
    arrays[name] = new Type(buffer, at, count);
    shapes[name] = shape;
    at += padded(count * Type.BYTES_PER_ELEMENT);
  }
  return { ...header, arrays, shapes };
}

/** Return the socket's address beside a page's: it keeps the path, so a proxy may add to it. */
export function socketAddress(page) {
  const address = new URL("ws", page);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  address.hash = "";
  return address.href;
}

export class Connection {
  /** on: {open(), message(message), close()}; each is called until `close` is called here. */
  constructor(on) {
    this.on = on;
    this.socket = new WebSocket(socketAddress(document.baseURI));
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => on.open();
    this.socket.onmessage = (event) => on.message(
      typeof event.data === "string" ? JSON.parse(event.data) : decode(event.data),
    );
    this.socket.onclose = () => on.close();
  }

  get open() {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Send a message, or drop it where there is no connection. */
  send(message) {
    if (this.open) this.socket.send(JSON.stringify(message));
  }

  close() {
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
  }
}
