import type { Encoded } from '../codec.ts';

/** One record as it lies in the log. */
export interface Entry extends Encoded {
  readonly offset: number;
  readonly publishedAtMs: number;
}

const headerBytes = 10;

/** Layout: publishedAtMs as float64, length of the key as uint16, key as UTF-8, then the record's own bytes. */
export function encodeEntry({ key, raw }: Encoded, publishedAtMs: number): Buffer {
  const keyBytes = Buffer.from(key);
  const header = Buffer.alloc(headerBytes);
  header.writeDoubleBE(publishedAtMs, 0);
  header.writeUInt16BE(keyBytes.length, 8);
  return Buffer.concat([header, keyBytes, raw]);
}

export function decodeEntry(offset: number, bytes: Buffer): Entry {
  const keyEnd = headerBytes + bytes.readUInt16BE(8);
  return {
    offset,
    publishedAtMs: publishedAtMsOf(bytes),
    key: bytes.toString('utf8', headerBytes, keyEnd),
    raw: bytes.subarray(keyEnd),
  };
}

export const publishedAtMsOf = (bytes: Buffer): number => bytes.readDoubleBE(0);

export const keyOf = (bytes: Buffer): string =>
  bytes.toString('utf8', headerBytes, headerBytes + bytes.readUInt16BE(8));
