/**
 * Just enough Matroska to hand raw pictures with their times to ffmpeg: a raw pipe has no times, so a recording of
 * uneven pace would come out even and wrong.
 * @see RFC 9559
 */
const ids = {
  ebml: 0x1a45dfa3,
  docType: 0x4282,
  docTypeVersion: 0x4287,
  docTypeReadVersion: 0x4285,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  muxingApp: 0x4d80,
  writingApp: 0x5741,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  flagLacing: 0x9c,
  codecId: 0x86,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  colourSpace: 0x2eb524,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
} as const;

const nanosecondsPerTick = 1_000;
const ticksPerMs = 1_000;
const trackTypeVideo = 1;
/** Track 1, no offset to the cluster's time, keyframe. */
const blockHeader = Uint8Array.of(0x81, 0, 0, 0x80);
const unknownSize = Uint8Array.of(0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);

function bigEndian(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.from(bytes.length === 0 ? [0] : bytes);
}

/** A size as 8 bytes, the first of which says so. */
function sizeField(bytes: number): Uint8Array {
  const field = Buffer.alloc(8);
  field.writeBigUInt64BE(BigInt(bytes));
  field[0] = 0x01;
  return field;
}

type Content = number | string | Uint8Array | readonly Uint8Array[];

function element(id: number, content: Content): Uint8Array {
  const body =
    typeof content === 'number'
      ? bigEndian(content)
      : typeof content === 'string'
        ? Buffer.from(content)
        : content instanceof Uint8Array
          ? content
          : Buffer.concat(content);
  return Buffer.concat([bigEndian(id), sizeField(body.length), body]);
}

/** What comes before the first picture: one track of I420. */
export function matroskaHeader(widthPx: number, heightPx: number): Uint8Array {
  const app = 'sharp-eyes';
  const video = element(ids.video, [
    element(ids.pixelWidth, widthPx),
    element(ids.pixelHeight, heightPx),
    element(ids.colourSpace, 'I420'),
  ]);
  const track = element(ids.trackEntry, [
    element(ids.trackNumber, 1),
    element(ids.trackUid, 1),
    element(ids.trackType, trackTypeVideo),
    element(ids.flagLacing, 0),
    element(ids.codecId, 'V_UNCOMPRESSED'),
    video,
  ]);
  return Buffer.concat([
    element(ids.ebml, [
      element(ids.docType, 'matroska'),
      element(ids.docTypeVersion, 4),
      element(ids.docTypeReadVersion, 2),
    ]),
    bigEndian(ids.segment),
    unknownSize,
    element(ids.info, [
      element(ids.timestampScale, nanosecondsPerTick),
      element(ids.muxingApp, app),
      element(ids.writingApp, app),
    ]),
    element(ids.tracks, [track]),
  ]);
}

/** What comes right before the bytes of one picture. */
export function matroskaFrameHeader(atMs: number, dataBytes: number): Uint8Array {
  const time = element(ids.timestamp, Math.max(0, Math.round(atMs * ticksPerMs)));
  const blockBytes = blockHeader.length + dataBytes;
  const block = Buffer.concat([bigEndian(ids.simpleBlock), sizeField(blockBytes), blockHeader]);
  return Buffer.concat([
    bigEndian(ids.cluster),
    sizeField(time.length + block.length + dataBytes),
    time,
    block,
  ]);
}
