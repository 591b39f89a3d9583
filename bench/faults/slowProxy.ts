/** A TCP proxy that can hold back what passes it, each way. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface SlowProxy {
  readonly port: number;
  /** For each chunk, each way. */
  delayMs: number;
  close(): void;
}

export async function openSlowProxy(targetPort: number): Promise<SlowProxy> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: '127.0.0.1', port: targetPort, noDelay: true });
    pass(near, far);
    pass(far, near);
  });
  function pass(from: Socket, to: Socket): void {
    sockets.add(from);
    // Later chunks stay behind earlier ones, also when the delay has just become less.
    let passedAt = 0;
    const later = (work: () => void) => {
      passedAt = Math.max(passedAt, performance.now() + proxy.delayMs);
      setTimeout(work, Math.max(0, passedAt - performance.now()));
    };
    from.on('data', (chunk) => later(() => to.writable && to.write(chunk)));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      later(() => to.destroy());
    });
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: SlowProxy = {
    port: (server.address() as AddressInfo).port,
    delayMs: 0,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return proxy;
}
