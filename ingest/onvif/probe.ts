import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import onvif from 'onvif';
import { parseSOAPString } from 'onvif/lib/utils.js';
import { messageOf } from '../../kernel/index.ts';
import { boundedXml } from './bounded-xml.ts';
import { listAt, textAt } from './parsed.ts';

/** One device that answered a call (WS-Discovery), as it says it. */
export interface ProbeAnswer {
  /** Its lasting name, usually `urn:uuid:…`; null when it gives none. */
  readonly endpoint: string | null;
  /** Addresses of its device service, unchecked. */
  readonly xaddrs: readonly string[];
  /** Address that the answer came from. */
  readonly from: string;
}

export interface ProbeFindings {
  readonly answers: readonly ProbeAnswer[];
  /** Why the call may not have been heard everywhere, and what came that was no answer. */
  readonly problems: readonly string[];
}

const group = { address: '239.255.255.250', port: 3_702 } as const;
const maxAnswers = 5_000;

/** A call for every device, of whatever type, or for devices of a type. */
function probeMessage(types: string | null): string {
  const addressing = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
  const discovery = 'http://schemas.xmlsoap.org/ws/2005/04/discovery';
  const wanted =
    types === null ? '' : `<d:Types xmlns:tds="http://www.onvif.org/ver10/device/wsdl">${types}</d:Types>`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="${addressing}" xmlns:d="${discovery}">`,
    `<e:Header><w:MessageID>urn:uuid:${randomUUID()}</w:MessageID>`,
    '<w:To e:mustUnderstand="true">urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>',
    `<w:Action e:mustUnderstand="true">${discovery}/Probe</w:Action></e:Header>`,
    `<e:Body><d:Probe>${wanted}</d:Probe></e:Body></e:Envelope>`,
  ].join('');
}

/** Read the answer to a call. @returns nothing for what is none. */
export function readProbeAnswer(text: string, from: string): readonly ProbeAnswer[] {
  let matches: readonly unknown[] = [];
  try {
    const keep = (error: Error | null, body: unknown): void => {
      if (error !== null && error !== undefined) return;
      // Some leave out the list around the answer.
      matches = [...listAt(body, 'probeMatches', 'probeMatch'), ...listAt(body, 'probeMatch')];
    };
    parseSOAPString(boundedXml(text), keep, 200);
  } catch {
    return [];
  }
  return matches.flatMap((match) => {
    const xaddrs = (textAt(match, 'XAddrs') ?? textAt(match, 'xAddrs') ?? '')
      .split(/\s+/)
      .filter((one) => one !== '');
    return xaddrs.length === 0
      ? []
      : [{ endpoint: textAt(match, 'endpointReference', 'address'), xaddrs, from }];
  });
}

/** Our own calls: without device types, because some answer only that; and for the type that few ask for. */
async function probeUntyped(address: string, timeoutMs: number): Promise<ProbeFindings> {
  const answers: ProbeAnswer[] = [];
  const problems: string[] = [];
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('error', (error) => problems.push(messageOf(error)));
  socket.on('message', (bytes, { address: from }) => {
    if (answers.length < maxAnswers) answers.push(...readProbeAnswer(bytes.toString('utf8'), from));
  });
  const send = async (message: string): Promise<void> => {
    await new Promise<void>((resolve) => {
      socket.send(message, group.port, group.address, (error) => {
        if (error !== null) problems.push(`the call could not be sent: ${messageOf(error)}`);
        resolve();
      });
    });
  };
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, address, () => {
        socket.removeListener('error', reject);
        resolve();
      });
    });
    socket.setMulticastInterface(address);
    socket.setMulticastTTL(1);
    // Twice each: a datagram may be lost.
    for (const pauseMs of [timeoutMs / 4, timeoutMs / 4]) {
      await send(probeMessage(null));
      await send(probeMessage('tds:Device'));
      await sleep(pauseMs);
    }
    await sleep(timeoutMs / 2);
  } catch (error) {
    problems.push(messageOf(error));
  } finally {
    socket.close();
  }
  return { answers, problems: [...new Set(problems)] };
}

/** The package's call, for network video transmitters. Its errors are events; one nobody hears would end the thread. */
async function probeTyped(interfaceName: string, timeoutMs: number): Promise<ProbeFindings> {
  const answers: ProbeAnswer[] = [];
  const problems: string[] = [];
  const { Discovery } = onvif;
  const onDevice = (_device: unknown, { address }: { readonly address: string }, xml: string): void => {
    if (answers.length < maxAnswers) answers.push(...readProbeAnswer(xml, address));
  };
  const onError = (error: unknown): void => {
    if (problems.length < 20) problems.push(messageOf(error));
  };
  Discovery.on('device', onDevice);
  Discovery.on('error', onError);
  try {
    await new Promise<void>((resolve) => {
      Discovery.probe({ device: interfaceName, timeout: timeoutMs, resolve: false }, () => resolve());
      // It calls back at once when it cannot begin, and then a second time.
      setTimeout(resolve, timeoutMs + 500);
    });
  } finally {
    await sleep(0);
    Discovery.removeListener('device', onDevice);
    // The listener for errors stays: a late packet must not end the thread.
    Discovery.removeListener('error', onError);
    if (Discovery.listenerCount('error') === 0) Discovery.on('error', () => undefined);
  }
  return { answers, problems };
}

/** Call for devices on one interface in both ways. Probes on several interfaces run one after the other. */
export async function probeInterface(on: {
  readonly interfaceName: string;
  readonly address: string;
  readonly timeoutMs: number;
}): Promise<ProbeFindings> {
  const [typed, untyped] = await Promise.all([
    probeTyped(on.interfaceName, on.timeoutMs),
    probeUntyped(on.address, on.timeoutMs),
  ]);
  const answers = [...typed.answers, ...untyped.answers];
  // The package understands fewer answers; what was understood after all is no problem.
  const isUnderstood = (problem: string): boolean =>
    answers.some(({ from }) => problem.includes(` ${from}:`));
  const problems = [...new Set([...typed.problems, ...untyped.problems])];
  return { answers, problems: problems.filter((problem) => !isUnderstood(problem)) };
}
