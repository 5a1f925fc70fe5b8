// Run in a network of its own: devices that answer calls in their several ways, and one look around.
import { createSocket } from 'node:dgram';
import { discover, openOnvif } from '../../ingest/index.ts';
import { startOnvifDevice } from './device.ts';

interface Answering {
  readonly endpoint: string;
  readonly xaddrs: string;
  /** Which calls it hears. */
  readonly hears: 'typed' | 'untyped' | 'all';
  readonly from?: string;
  /** Without the list that belongs around an answer. */
  readonly isBare?: boolean;
  /** Said instead of an answer. */
  readonly noise?: string;
}

const matchOf = ({ endpoint, xaddrs }: Answering): string =>
  `<d:ProbeMatch><a:EndpointReference><a:Address>${endpoint}</a:Address></a:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/type/video_encoder</d:Scopes><d:XAddrs>${xaddrs}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch>`;

async function answerCalls(answering: Answering): Promise<void> {
  const { hears, noise, from = '127.0.0.1' } = answering;
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const mouth = createSocket('udp4');
  await new Promise<void>((resolve) => mouth.bind(0, from, resolve));
  await new Promise<void>((resolve) => socket.bind(3_702, resolve));
  socket.addMembership('239.255.255.250', '127.0.0.1');
  socket.on('message', (bytes, { address, port }) => {
    const text = bytes.toString('utf8');
    if (!text.includes('Probe')) return;
    const isTyped = text.includes('NetworkVideoTransmitter');
    if ((hears === 'typed' && !isTyped) || (hears === 'untyped' && text.includes('Types>'))) return;
    const envelope = `<?xml version="1.0"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><e:Header/><e:Body>${answering.isBare === true ? matchOf(answering) : `<d:ProbeMatches>${matchOf(answering)}</d:ProbeMatches>`}</e:Body></e:Envelope>`;
    mouth.send(noise ?? envelope, port, address);
  });
}

const typed = await startOnvifDevice({ serialNumber: 'TYPED-0001X' });
const untyped = await startOnvifDevice({ serialNumber: 'UNTYPED-02X' });
const foreign = await startOnvifDevice({ serialNumber: 'FOREIGN-03X' });
const locked = await startOnvifDevice({ serialNumber: 'LOCKED-004X', asks: 'digest' });
await answerCalls({ endpoint: 'urn:uuid:1', xaddrs: typed.url, hears: 'typed' });
await answerCalls({ endpoint: 'urn:uuid:2', xaddrs: untyped.url, hears: 'untyped' });
await answerCalls({
  endpoint: 'urn:uuid:3',
  xaddrs: `http://169.254.169.254:${foreign.port}/onvif/device_service http://[fe80::1]/onvif`,
  hears: 'all',
});
await answerCalls({ endpoint: 'urn:uuid:4', xaddrs: locked.url, hears: 'all' });
await answerCalls({
  endpoint: 'urn:uuid:5',
  xaddrs: 'http://127.0.0.2/onvif',
  hears: 'all',
  from: '127.0.0.2',
});
await answerCalls({ endpoint: 'urn:uuid:6', xaddrs: 'file:///etc/passwd', hears: 'all' });
// Without the list around it, as some answer.
await answerCalls({
  endpoint: 'urn:uuid:7',
  xaddrs: 'http://127.0.0.1:9/onvif/device_service',
  hears: 'untyped',
  isBare: true,
});
for (const noise of ['garbage', '<a>'.repeat(10_000), '<Envelope><Body><ProbeMatches/></Body></Envelope>']) {
  await answerCalls({ endpoint: '', xaddrs: '', hears: 'all', noise });
}

await using onvif = openOnvif();
const found = await discover({
  onvif,
  rules: { allowedHosts: ['127.0.0.1'] },
  credential: null,
  interfaces: ['lo'],
  probeMs: 2_000,
  plan: null,
  timeoutMs: 5_000,
  onDevice: () => undefined,
  signal: AbortSignal.timeout(60_000),
});
process.stdout.write(JSON.stringify(found));
process.exit(0);
