import { createHash } from 'node:crypto';

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/**
 * Photos of public collections by their sha256, and the plates that a person reads in them, as sha256 of the number:
 * the numbers are somebody's, and need not be written down to compare with them. None: too small to be read.
 */
const photos: Readonly<Record<string, readonly string[]>> = {
  f9fc8e088a13b1984f082c5bcc89879bd5b768be323d2ff106e0ca65551aef19: [],
  e2bccf5c5cd138bf57256cd9196ceed058d5405961e6d701f150905d6c917c17: [
    '2d12904200f27363c1799748472b59bad73a33d826701351d527ed4a0b8c24e2',
  ],
  '7253b0e15aff0ffbe19008a58a3d3bcb0322b3a3b03a68423edec728929bc0a6': [
    'b38e1ad8ef431bb65e9b6439f13ce2c2c664c28bca4e354e316961267d59f41f',
  ],
};

/** What is known of a photo; null: nothing. */
export function knownPlates(
  photo: Uint8Array,
): { readonly count: number; has(text: string): boolean } | null {
  const known = photos[sha256(photo)];
  return known === undefined ? null : { count: known.length, has: (text) => known.includes(sha256(text)) };
}
