/** Proxy: a TCP door in front of the source database that a trial can shut, jam or cut. */
import { createConnection, createServer, type Server, type Socket } from "node:net";

export type Door =
  /** Everything goes through. */
  | { is: "open" }
  /** Nobody listens. */
  | { is: "shut" }
  /** Connections are taken, and never answered: what a black hole looks like from inside. */
  | { is: "jammed" }
  /** Connections are closed once so many bytes came back over all of them; later ones go through when `once`. */
  | { is: "cut"; afterBytes: number; once: boolean }
  /** After so many bytes the answer has no end: always this byte. */
  | { is: "flood"; afterBytes: number; byte: number };

const pieceBytes = 1 << 20;

export class Proxy {
  /** Bytes that came back from the database, and connections that were made, since the door was last set. */
  bytes = 0;
  connections = 0;
  /** Called with every piece that came back, with the bytes so far; the piece waits until it has answered. */
  passing: (bytes: number) => void | Promise<void> = () => undefined;
  /** Called with the number of each connection, which waits until it has answered. */
  arriving: (connection: number) => void | Promise<void> = () => undefined;
  private door: Door = { is: "open" };
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();

  constructor(readonly port: number, private readonly target: number) {}

  async set(door: Door): Promise<void> {
    this.door = door;
    this.passing = this.arriving = () => undefined;
    this.bytes = 0;
    this.connections = 0;
    for (const socket of this.sockets) socket.destroy();
    if (door.is === "shut") await this.close();
    else await this.listen();
  }

  async close(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    for (const socket of this.sockets) socket.destroy();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  private async listen(): Promise<void> {
    if (this.server) return;
    const server = createServer({ noDelay: true, pauseOnConnect: true }, (near) => void this.taken(near));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, "127.0.0.1", resolve);
    });
    this.server = server;
  }

  private async taken(near: Socket): Promise<void> {
    this.connections += 1;
    this.keep(near);
    if (this.door.is === "jammed") return;
    await this.arriving(this.connections);
    const far = createConnection({ host: "127.0.0.1", port: this.target, noDelay: true });
    this.keep(far);
    near.pipe(far);
    far.on("data", (piece: Buffer) => {
      far.pause();
      void this.back(piece, near).then((goesOn) => (goesOn ? far.resume() : this.cut(near, far)));
    });
    for (const [one, other] of [[near, far], [far, near]] as const) one.on("close", () => other.destroy());
    far.on("end", () => near.end());
  }

  /** Hand a piece on; false when the connection is to be cut in it. */
  private async back(piece: Buffer, near: Socket): Promise<boolean> {
    const left = "afterBytes" in this.door ? this.door.afterBytes - this.bytes : Infinity;
    this.bytes += piece.length;
    if (left <= piece.length) {
      near.write(piece.subarray(0, Math.max(0, left)));
      return false;
    }
    await this.passing(this.bytes);
    near.write(piece);
    return true;
  }

  private cut(near: Socket, far: Socket): void {
    if (this.door.is === "flood") return flood(near, Buffer.alloc(pieceBytes, this.door.byte));
    if (this.door.is === "cut" && this.door.once) this.door = { is: "open" };
    near.destroy();
    far.destroy();
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => this.sockets.delete(socket));
  }
}

/** Write for as long as it is taken. */
function flood(near: Socket, piece: Buffer): void {
  while (!near.destroyed && near.write(piece));
  if (!near.destroyed) near.once("drain", () => flood(near, piece));
}
