/** Attackers who have a mail of whom they impersonate, trace and all, and write what they can of it: behind the border of the benches (border.ts). */
import { attack } from '../../src/trial/attackers.ts';
import type { Scene } from '../../src/trial/graft.ts';
import type { Delivered, Transport } from '../../src/trial/transport.ts';
import type { Random } from '../random.ts';

export const COPIED = 'known-sender-copy';

/** 'known-sender-spoof' with the servers before the sending one copied, too. */
export function knownSenderCopy(scene: Scene, random: Random): Delivered | undefined {
  const made = attack('known-sender-spoof', scene, random);
  return made === undefined ? undefined : { ...made, transport: relayedAs(made.transport, scene.victim.transport) };
}

/** The first hop is the border's own word; below it, anything can be made up. */
export const relayedAs = (servers: Transport, victim: Transport): Transport => ({
  ...servers,
  trace: [...servers.trace.slice(0, 1), ...victim.trace.slice(1)],
});

/** From the network of the victim's servers, under a name of its own: as another customer of the same hosting company. */
export function hostedAs(servers: Transport, victim: Transport): Transport {
  const network = victim.trace[0]?.[1].match(NETWORK)?.[0];
  const [border, ...relays] = servers.trace;
  if (border === undefined || network === undefined) return servers;
  return { ...servers, trace: [[border[0], border[1].replace(NETWORK, network)], ...relays] };
}

const NETWORK = /\[\d+\.\d+(?=\.\d+\.\d+\])/;
